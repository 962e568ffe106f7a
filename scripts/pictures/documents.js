// Texts of every kind that a picture has to hold.

/** A document of a text in which [words|TYPE] marks entities; relations name these by their order. */
function marked(source, relations = []) {
  const entities = [];
  const open = [];
  let text = "";
  for (const [, plain, bracket, type] of source.matchAll(/([^[\]|]*)(?:(\[)|\|([^\]]*)\]|$)/g)) {
    text += plain;
    if (bracket) open.push(entities.push({ start: text.length, end: 0, type: "" }) - 1);
    else if (type !== undefined) Object.assign(entities[open.pop()], { end: text.length, type });
  }
  return {
    text,
    entities,
    relations: relations.map(([head, label, tail, probability]) => ({
      head,
      tail,
      label,
      ...(probability && { probability }),
    })),
  };
}

const three = marked("[Je|PERSON] voudrais une [attestation de paiement|DOCUMENT] pour [2022|TIME].", [
  [0, "WHO_ASKS", 1, 0.98],
  [2, "TIME_OF_WHAT", 1, 0.94],
]);

const nested = marked(
  "The [University of [California|STATE]|ORG] at [Berkeley|CITY] gave [[Ann Lee|PERSON], [professor of [law|FIELD]|ROLE]|PERSON], the [[2021|DATE] prize|AWARD].",
  [
    [0, "AT", 2],
    [0, "GAVE", 7],
    [7, "TO", 3],
    [5, "ROLE_OF", 4],
    [6, "FIELD_OF", 5],
    [8, "DATE_OF", 7],
  ],
);

const rtl = marked(
  "[אנה כהן|PERSON] עובדת ב[אוניברסיטה העברית|ORG] מאז [12 במאי 2019|DATE] ומכירה את [Acme Corp|ORG] שב[ירושלים|CITY].\n" +
    "يعمل [أحمد|PERSON] في [جامعة القاهرة|ORG] منذ عام [2015|DATE] (في [مصر|COUNTRY]).",
  [
    [0, "WORKS_FOR", 1],
    [2, "SINCE", 0],
    [0, "KNOWS", 3],
    [3, "IN", 4],
    [5, "WORKS_FOR", 6],
    [7, "SINCE", 5],
    [6, "IN", 8],
  ],
);

const scripts = marked(
  "[田中さん|人]は[東京都|場所]に住んでいます。 [ภาษาไทย|LANGUAGE]ไม่มีช่องว่างระหว่างคำ [Zoe\u0308|PERSON] 🎉 [👩‍👩‍👧|FAMILY] à [Évry|CITY] " +
    "[Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft|ORG].",
  [
    [0, "住む", 1],
    [3, "PARENT_OF", 4],
    [3, "LIVES_IN", 5],
    [3, "WORKS_FOR", 6],
  ],
);

const people = ["Anna", "Bob Smith", "Chloé", "Dmitri", "Eve", "Farid", "Grace Hopper", "Hugo", "Ines", "Jan"];
const thirty = (() => {
  const sentences = people.map(
    (name, i) => `[${name}|PERSON] joined [${["Acme", "Globex", "Initech"][i % 3]} ${i + 1}|ORG] in [${2001 + i}|DATE]`,
  );
  const relations = people.flatMap((_, i) => [
    [3 * i, "WORKS_FOR", 3 * i + 1],
    [3 * i + 2, "START_OF", 3 * i],
    ...(i > 1 ? [[3 * i, "KNOWS", 3 * (i - 2)]] : []),
    ...(i % 4 === 3 ? [[3 * i + 1, "BOUGHT", 1]] : []),
  ]);
  return marked(`${sentences.join(", and ")}.`, relations);
})();

const long = (() => {
  const filler =
    "a sentence that says nothing in particular and goes on for a while, as letters do when nobody is in a hurry. ";
  const parts = Array.from({ length: 12 }, (_, i) => `[Person ${i}|PERSON] wrote ${filler.repeat(2)}`);
  return marked(
    parts.join(""),
    Array.from({ length: 11 }, (_, i) => [i, i % 3 ? "WROTE_TO" : "ANSWERED", (i * 5 + 3) % 12, 0.5 + i / 25]),
  );
})();

export const documents = { three, nested, rtl, scripts, thirty, long };
