import { describe, expect, test } from "vitest";
import { defaults, inspect, marked } from "../../../test/fixtures/inspected.ts";
import type { RawDocument } from "../../formats/format.ts";
import { countOf } from "../problem.ts";
import { RelationDirections } from "./directions.ts";

const text = "Le [OBJECT colis] part [TIME lundi] avec [PERSON Zoé].";
/** So many documents, each with its own id, line and text. */
const times = (count: number, make: (i: number) => RawDocument, from = 0): RawDocument[] =>
  Array.from({ length: count }, (_, i) => {
    const document = make(i);
    const n = from + i;
    return {
      ...document,
      id: `d${n}`,
      text: `${document.text} Numéro ${n}.`,
      source: { file: "a.jsonl", line: n + 1 },
    };
  });
const common = (label: string, count: number): RawDocument[] => times(count, () => marked(text, [`0 ${label} 1`]));

describe("spelling", () => {
  const typos = (label: string, frequent = "WHO_DO", count = 40): string[] =>
    inspect([...common(frequent, count), marked(text, [`0 ${label} 1`])], "label-typo").map(({ message }) => message);

  test.each(["WHO_DOO", "WHO_D", "HWO_DO", "WHO-DO", "who_do", "Whó Do"])("%s is WHO_DO", (label) => {
    const [message, ...others] = typos(label);
    expect(others).toEqual([]);
    expect(message).toContain(`"${label}" (1 use, here the first)`);
    expect(message).toContain('"WHO_DO" (40 uses)');
  });

  test.each([
    ["WHERE_DO", "WHO_DO", 40], // more than one letter, in a short word
    ["LOC", "ORG", 40],
    ["MIN", "MAN", 40], // too short to tell
    ["TIME_1", "TIME_2", 40], // numbers tell things apart
    ["GENDER_MALE", "GENDER_FEMALE", 19], // not rare enough
  ])("%s is not %s", (label, frequent, count) => expect(typos(label, frequent, count)).toEqual([]));

  test("types are looked at too, labels that differ in case alone however frequent", () => {
    const documents = [...common("A", 3), marked("Un [Object colis].")];
    expect(inspect(documents, "entity-type-typo")).toMatchObject([{ suggestion: 'Is "OBJECT" meant?' }]);
  });

  test("a label that means none and is not named so", () => {
    expect(inspect([marked(text, ["0 No-rel 1"])], "label-means-none")).toMatchObject([
      { suggestion: 'Is it none? Then say --no-relation-label "No-rel".' },
    ]);
    expect(inspect([marked(text, ["0 No-rel 1"])], undefined, { ...defaults, noRelationLabel: "No-rel" })).toEqual([]);
  });
});

describe("types that a relation joins", () => {
  const unlikely = (documents: RawDocument[]): unknown[] => inspect(documents, "relation-unlikely-types");

  test("what comes up once beside a clear rule", () => {
    const odd = { ...marked(text, ["0 WHEN 2"]), id: "odd" };
    expect(unlikely([...common("WHEN", 30), odd])).toMatchObject([
      {
        documentId: "odd",
        message:
          'WHEN from "colis" to "Zoé": 1 of 31 relations WHEN go from OBJECT to PERSON, but 30 from OBJECT to TIME',
        suggestion: undefined,
      },
    ]);
    expect(unlikely([...common("WHEN", 10), odd])).toEqual([]);
  });

  test("head and tail exchanged", () => {
    const exchanged = times(2, () => marked(text, ["1 WHEN 0"]), 50);
    expect(unlikely([...common("WHEN", 30), ...exchanged])).toMatchObject([
      { suggestion: "Are head and tail exchanged?" },
      { suggestion: "Are head and tail exchanged?" },
    ]);
  });

  test("a label that joins many types has no rule; types that a format lacks neither", () => {
    const types = times(12, (i) => marked(`[OBJECT a] [T${i} b]`, ["0 WHEN 1"]), 50);
    expect(unlikely([...common("WHEN", 30), ...types])).toEqual([]);
    const untyped = (document: RawDocument): RawDocument => ({
      ...document,
      entities: document.entities.map((entity) => ({ ...entity, type: "" })),
    });
    expect(unlikely([...common("WHEN", 30), marked(text, ["0 WHEN 2"])].map(untyped))).toEqual([]);
  });
});

describe("the other direction", () => {
  const both = (count: number, back = "OF"): RawDocument[] =>
    times(count, () => marked(text, ["0 WHEN 1", `1 ${back} 0`]));
  const without = times(3, () => marked(text, ["0 WHEN 1"]), 100);

  test("few without the inverse that the others have", () => {
    const missing = inspect([...both(12), ...without], "relation-missing-inverse");
    expect(missing.map(({ documentId }) => documentId)).toEqual(["d100", "d101", "d102"]);
    expect(missing[0]!.message).toBe(
      'WHEN from "colis" to "lundi" has no OF back, as 12 of 15 WHEN from OBJECT to TIME have',
    );
    expect(inspect([...both(11), ...without], "relation-missing-inverse")).toEqual([]); // less than 80 %
    expect(inspect([...both(6), ...without.slice(2)], "relation-missing-inverse")).toEqual([]); // less than 10
  });

  test("few without themselves back, unless the format says that they hold in both directions", () => {
    const documents = [...both(12, "WHEN"), ...without];
    expect(inspect(documents, "relation-missing-inverse")).toHaveLength(3);
    const told = new RelationDirections(defaults, new Set(["WHEN"]));
    for (const document of documents) expect([...told.add(document)]).toEqual([]);
    expect([...told.finish()]).toEqual([]);
  });

  test("one in both directions where the others have one", () => {
    const oneWay = common("WHEN", 60);
    const found = inspect(
      [...oneWay, ...times(1, () => marked(text, ["0 WHEN 1", "1 WHEN 0"]), 100)],
      "relation-both-directions",
    );
    expect(found).toMatchObject([{ documentId: "d100", severity: "warning" }]);
    expect(found[0]!.message).toContain("as only 1 of 61 WHEN from OBJECT to TIME have");
  });

  test("of many, the first are reported and all are counted", () => {
    const many = times(200, () => marked(text, ["0 WHEN 1"]), 1000);
    const missing = inspect([...both(1000), ...many], "relation-missing-inverse");
    expect(missing).toHaveLength(50);
    expect(missing.reduce((sum, problem) => sum + countOf(problem), 0)).toBe(200);
  });
});

describe("documents that come again", () => {
  const long =
    "Le colis que Zoé attendait depuis trois semaines est enfin arrivé lundi matin au bureau de poste de la gare, mais " +
    "personne ne pouvait le prendre avant mardi, car le guichet ferme à midi et la file était bien trop longue.";
  const plain = (id: string, text: string): RawDocument => ({ ...marked(text), id });

  test("ids and texts", () => {
    expect(inspect([plain("a", long), plain("a", "Autre chose.")], "document-duplicate-id")).toMatchObject([
      { severity: "error", message: '"a" was first read at a.jsonl:1, with another text' },
    ]);
    const annotated = { ...plain("c", long), entities: [{ start: 3, end: 8, type: "A" }] };
    const found = inspect(
      [plain("a", long), plain("b", long.replaceAll(" ", "  ")), annotated],
      "document-duplicate-text",
    );
    expect(found.map(({ documentId, message }) => [documentId, message.split(": ")[0]])).toEqual([
      ["b", 'the text of document "a" at a.jsonl:1, annotated alike'],
      ["c", 'the text of document "a" at a.jsonl:1, annotated otherwise'],
    ]);
  });

  test("where a record is one pair, its pair again, and no other pair of the text", () => {
    const record = (id: string, pair: string, relations: string[] = []): RawDocument =>
      marked(pair, relations, { id, isOnePair: true });
    const records = [
      record("a", "[WHO Zoé] attend [OBJECT le colis] depuis lundi.", ["0 WANTS 1"]),
      record("b", "[WHO Zoé] attend le colis depuis [TIME lundi]."),
      record("c", "Zoé attend [OBJECT le colis] depuis [TIME lundi].", ["0 SINCE 1"]),
      record("d", "[WHO Zoé] attend le colis depuis [TIME lundi]."),
      record("e", "Zoé attend [OBJECT le colis] depuis [TIME lundi]."),
    ];
    const messages = (found: readonly { documentId?: string | undefined; message: string }[]): string[] =>
      found.map(({ documentId, message }) => `${documentId}: ${message.split(": ")[0]}`);
    expect(messages(inspect(records, "document-duplicate-text"))).toEqual([
      'd: the text and pair of document "b" at a.jsonl:1, annotated alike',
      'e: the text and pair of document "c" at a.jsonl:1, annotated otherwise',
    ]);
    const whole = plain("whole", records[0]!.text);
    expect(messages(inspect([records[0]!, whole, whole], "document-duplicate-text"))).toHaveLength(2);
    expect(messages(inspect([whole, records[0]!], "document-duplicate-text"))).toEqual([
      'a: the text of document "whole" at a.jsonl:1, annotated otherwise',
    ]);
  });

  test("nearly the same text, and texts that only share words", () => {
    const near = plain("b", long.replace("lundi matin", "mardi soir"));
    const other = plain("c", long.split(" ").reverse().join(" "));
    expect(inspect([plain("a", long), near, other], "document-near-duplicate")).toMatchObject([{ documentId: "b" }]);
    expect(inspect([plain("a", long), near], "document-near-duplicate", { ...defaults, similarity: 0.99 })).toEqual([]);
  });

  test("contents", () => {
    const found = inspect([plain("a", "  "), plain("b", "Rien."), marked("[A Un] [B deux].")]);
    expect(found.map(({ code }) => code)).toEqual(
      [
        "document-empty-text",
        "document-without-pairs",
        "document-without-pairs",
        "document-duplicate-id",
        "document-without-relations",
      ].filter((code) => code !== "document-duplicate-id"),
    );
  });
});

test("traces of encodings gone wrong", () => {
  const found = inspect([marked("\uFEFFL\u0000e\r\ncafÃ© l’\uFFFD \uD83D, déjà.\u0000")]).filter(({ code }) =>
    code.startsWith("text-"),
  );
  expect(found.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    "text-nul: 2 NUL characters, the first at 2",
    "text-lone-surrogate: 1 lone surrogate, the first at 16",
    "text-replacement-character: 1 replacement character, the first at 14",
    "text-mis-decoded: 1 sign of it, the first at 9",
    "text-byte-order-mark: 1 byte-order mark, the first at 0",
    "text-crlf: 1 line end, the first at 4",
  ]);
  expect(inspect([marked("[A Château] Âme Ça 📦 [B l’été]", ["0 X 1"])])).toEqual([]);
});
