import type { GivenShare, Probes } from "../../index.ts";
import { textTable } from "../../report/text-table.ts";

/** Formats what the answers of a model hang on. */
export function renderProbes({ whole, typesOnly, wordsOnly, ...probes }: Probes): string {
  const rows = [
    { name: "everything", scores: whole },
    { name: "types, order and distance (words masked)", scores: typesOnly },
    ...(wordsOnly ? [{ name: "words (types hidden)", scores: wordsOnly }] : []),
  ].map(({ name, scores: { microF1, macroF1 } }) => [name, microF1.toFixed(3), macroF1.toFixed(3)]);
  const columns = [
    { title: "the model sees" },
    { title: "micro F1, relations", align: "right" as const },
    { title: "macro F1, relations", align: "right" as const },
  ];
  const { merelyTogether, unrelated, alone, denied, besideEachOther } = probes;
  return [
    `Probes: what the answers hang on\n\n${textTable(columns, rows)}`,
    `Pairs that merely stand together, in one sentence and of types that are related elsewhere: ${share(merelyTogether)} are given a ` +
      `relation; of all pairs without one ${share(unrelated)}.`,
    alone.given === 0
      ? "No relation within one sentence was found, so there is none to deny."
      : [
          `Relations found within one sentence, asked again: ${share(alone)} stay with the sentence alone.`,
          denied
            ? `Of these, ${share(denied)} stay when the sentence is denied (${denied.language}): the fewer, the better.`
            : "The texts are in no language that Relata can deny a sentence in.",
          `Of these, ${share(besideEachOther)} stay with nothing but the two mentions and a comma: the fewer, the better.`,
        ].join(" "),
  ].join("\n\n");
}

const share = ({ pairs, given }: GivenShare): string =>
  `${given} of ${pairs} (${((100 * given) / Math.max(1, pairs)).toFixed(1)} %)`;
