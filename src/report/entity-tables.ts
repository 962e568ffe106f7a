import type { EndToEndScores } from "../evaluation/entities/end-to-end.ts";
import type { SetScores } from "../evaluation/entities/label-counts.ts";
import { missCauseNames, type MissCause, type Misses } from "../evaluation/entities/misses.ts";
import { overlapModes, type OverlapMode, type OverlapScores } from "../evaluation/entities/overlap-scores.ts";
import type { AverageScores } from "../evaluation/scores.ts";
import { shorten, textTable, type TableOptions, type TextColumn } from "./text-table.ts";

const defaultWidth = 100;

/** Labels that a table has at most; of more it has the most frequent, in gold and among what was found. */
const mostLabels = 40;

const right = (title: string): TextColumn => ({ title, align: "right" });

/** Precision, recall, F1, gold and found of every label, of many the most frequent, then the averages. */
export function setScoresTable(scores: SetScores, { width = defaultWidth, rest = "" }: TableOptions = {}): string {
  // The numbers take 43 cells with their gaps.
  const nameWidth = Math.max(12, width - 43);
  const row = (title: string, of: AverageScores): string[] => [
    shorten(title, nameWidth),
    ...[of.precision, of.recall, of.f1].map(scoreText),
    String(of.support),
    String(of.predicted),
  ];
  const frequency = ({ support, predicted }: AverageScores): number => support + predicted;
  const ranked = [...scores.perLabel].sort((a, b) => frequency(b) - frequency(a) || a.id - b.id);
  const listed = new Set(ranked.slice(0, mostLabels));
  const others = scores.perLabel.length - listed.size;
  const table = textTable(
    [{ title: "label" }, ...["precision", "recall", "f1", "gold", "found"].map(right)],
    [
      ...scores.perLabel.filter((label) => listed.has(label)).map((label) => row(label.label || "(no type)", label)),
      "-",
      row("micro", scores.micro),
      row("macro", scores.macro),
      row("weighted", scores.weighted),
    ],
  );
  const note = `${others} labels more are not listed but count in every average.${rest && ` ${rest}`}`;
  return others > 0 ? `${table}\n${note}` : table;
}

/** How tables and pages name the ways of comparing spans, and what each of them forgives. */
export const overlapTitles: Readonly<Record<OverlapMode, string>> = {
  strict: "boundaries and type",
  exact: "boundaries alone",
  partial: "wrong boundaries half a point",
  type: "type of an overlapping span",
};

/** The four ways of comparing spans, with their counts. */
export function overlapTable(scores: Readonly<Record<OverlapMode, OverlapScores>>): string {
  const counts = ["correct", "incorrect", "partial", "missed", "spurious"] as const;
  return textTable(
    [{ title: "entities by" }, ...["precision", "recall", "f1", ...counts].map(right)],
    overlapModes.map((mode) => {
      const of = scores[mode];
      return [
        overlapTitles[mode],
        ...[of.precision, of.recall, of.f1].map(scoreText),
        ...counts.map((count) => String(of[count])),
      ];
    }),
  );
}

export interface EndToEndRow {
  readonly title: string;
  readonly scores: AverageScores;
}

/** The rows that stand beside each other wherever relations are scored from text: micro averages. */
export const endToEndRows = (scores: EndToEndScores, entities?: SetScores): EndToEndRow[] => [
  ...(entities ? [{ title: "entities, strict", scores: entities.micro }] : []),
  ...(scores.withGold ? [{ title: "relations, annotated entities", scores: scores.withGold.micro }] : []),
  { title: "relations, found entities, strict", scores: scores.strict.micro },
  { title: "relations, found entities, boundaries", scores: scores.boundaries.micro },
];

/** The protocol of the figures of relations from text. */
export const endToEndProtocol =
  "Micro averages. Strict: both boundaries, both types, label and direction; boundaries: without the types.";

/** Relations from the bare text beside those between annotated entities, and why relations were missed. */
export function endToEndTable(scores: EndToEndScores, entities?: SetScores): string {
  const table = textTable(
    [{ title: "" }, ...["precision", "recall", "f1", "gold", "found"].map(right)],
    endToEndRows(scores, entities).map(({ title, scores: of }) => [
      title,
      ...[of.precision, of.recall, of.f1].map(scoreText),
      String(of.support),
      String(of.predicted),
    ]),
  );
  return `${table}\n${endToEndProtocol}\n\n${missTable(scores.misses)}`;
}

/** Causes of missed relations, in words. */
export const causeTitles: Readonly<Record<MissCause, string>> = {
  entity: "an entity was not found",
  boundaries: "an entity has wrong boundaries",
  type: "an entity has a wrong type",
  label: "wrong label or direction",
  noRelation: "no relation was predicted",
};

/** Why annotated relations were not found, by cause. */
export function missTable({ gold, missed, causes }: Misses): string {
  if (missed === 0) return gold === 0 ? "No relation is annotated." : `All ${gold} annotated relations were found.`;
  const share = (count: number): string => `${((100 * count) / missed).toFixed(1)} %`;
  const table = textTable(
    [{ title: "missed because" }, right("relations"), right("share")],
    missCauseNames.map((cause) => [causeTitles[cause], String(causes[cause]), share(causes[cause])]),
  );
  return `${missed} of ${gold} annotated relations were missed, strictly:\n\n${table}`;
}

const scoreText = (score: number): string => score.toFixed(3);
