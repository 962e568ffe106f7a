import type { Probe } from "../source/probe.ts";
import { noRelations, type Stranger } from "./stranger.ts";

/** The first lines that are neither blank nor comments, split into columns. */
function rows({ head }: Probe, separator: RegExp): string[][] {
  const lines = head
    .slice(0, 16 * 1024)
    .split(/\r?\n/)
    .slice(0, 200);
  return lines.filter((line) => line.trim() !== "" && !line.startsWith("#")).map((line) => line.split(separator));
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

export const conlluPlus: Stranger = {
  name: "CoNLL-U Plus, words in columns",
  advice: noRelations("Such columns"),
  is: ({ head }) => /^\uFEFF?#\s*global\.columns\s*=/m.test(head),
};
