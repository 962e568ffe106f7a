import type { Probe } from "../source/probe.ts";
import { noRelations, type Stranger } from "./stranger.ts";

/** The first lines that are neither blank nor comments, cut into columns. */
function rows({ head }: Probe, separator: RegExp): string[][] {
  const lines = head
    .slice(0, 16 * 1024)
    .split(/\r?\n/)
    .slice(0, 200);
  return lines.filter((line) => line.trim() !== "" && !line.startsWith("#")).map((line) => line.split(separator));
}

const tag = /^(?:O|[BIESLUM][-_]\S.*)$/;

/** Whether most rows have a tag of a chunk in their last column, and one of them is none of "O". */
function hasTags(probe: Probe): boolean {
  if (probe.layout !== undefined) return false;
  for (const separator of [/\t/, /[ \t]+/]) {
    const all = rows(probe, separator).filter((row) => row[0] !== "-DOCSTART-");
    const tagged = all.filter((row) => row.length >= 2 && tag.test(row.at(-1)!.trim()));
    if (
      tagged.length > 0 &&
      tagged.length >= 0.9 * (all.length - 1) &&
      tagged.some((row) => row.at(-1)!.trim() !== "O")
    )
      return true;
  }
  return false;
}

export const conllu: Stranger = {
  name: "CoNLL-U, words in columns with their syntax",
  advice: noRelations("Such files"),
  is: (probe) => {
    const all = rows(probe, /\t/);
    return (
      probe.layout === undefined &&
      all.length > 0 &&
      all.slice(0, 3).every((row) => row.length === 10 && /^\d+(?:[-.]\d+)?$/.test(row[0]!))
    );
  },
};

/** Flair keeps relations in such files, as comments: `# relations = 4;4;1;2;founded_by`. */
export const conlluPlusWithRelations: Stranger = {
  name: "CoNLL-U Plus with relations between words, as Flair has it",
  advice:
    "Write it as JSON Lines with a short script: each item of `# relations` is the first and last word of the head, then of the " +
    "tail, and the label; offsets are those of the characters in `# text` (docs/formats/relata.md).",
  is: ({ head }) => /^\uFEFF?#\s*global\.columns\s*=/m.test(head) && /^#\s*relations\s*=/m.test(head),
};

export const conlluPlus: Stranger = {
  name: "CoNLL-U Plus, words in columns",
  advice: noRelations("Such columns"),
  is: ({ head }) => /^\uFEFF?#\s*global\.columns\s*=/m.test(head),
};

export const bioColumns: Stranger = {
  name: "CoNLL columns, a word a line with a tag of its entity (BIO, BIOES, BILOU)",
  advice: noRelations("Such columns"),
  is: hasTags,
};
