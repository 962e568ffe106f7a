import { closest } from "../../corpus/closest.ts";
import { looksLikeNone } from "../../corpus/no-relation.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { DataError, type SourceLocation } from "../../errors.ts";
import { listed, quote } from "../../quote.ts";
import type { Learned, UnknownLabel } from "./task.ts";

/** No gold document has a label of the model: every score would be 0 whatever the model does. */
export class NoKnownLabelError extends DataError {
  override readonly name = "NoKnownLabelError";
  constructor(
    unknown: readonly UnknownLabel[],
    { id2label, noRelationId }: Learned,
    things: string,
    at?: SourceLocation,
  ) {
    const known = id2label.filter((_, id) => id !== noRelationId).map((label) => quote(label));
    const flag = things === "relations" ? "--label" : "--type";
    super(
      `not one of the ${unknown.reduce((sum, { count }) => sum + count, 0)} annotated ${things} has a label of the ` +
        `model, so nothing can be scored: the annotations have ${formatUnknownLabels(unknown)}; the model has ` +
        `${listed(known)}. Is it the model of these annotations? Where the same ${things} have other names, ` +
        `rename them: relata data rename FILE RENAMED ${flag} OLD=NEW.`,
      at,
    );
  }
}

/** Formats labels as `"MET" 2 (did you mean "met"?), "hired" 2`, the most frequent first. */
export function formatUnknownLabels(unknown: readonly UnknownLabel[], limit: number = 10): string {
  const names = unknown.map(({ label, count, nearest }) => {
    if (nearest === undefined) {
      const hint = looksLikeNone(label) ? ` (no relation? Then say --no-relation-label with it)` : "";
      return `${quote(label)} ${count}${hint}`;
    }
    const isCase = nearest.toLowerCase() === label.toLowerCase();
    return `${quote(label)} ${count} (${isCase ? "in other letter case the model's" : "did you mean"} ${quote(nearest)}${isCase ? "" : "?"})`;
  });
  return listed(names, limit);
}

/** A gold label, and the place where it was annotated. */
export interface GoldLabel {
  readonly label: string;
  readonly at: SourceLocation;
}

/**
 * Appends the gold labels that the model does not know to its own. The model never predicts one of them, so that each
 * of their examples is a miss; all are counted in `notices`.
 * @param things the word for what has a label: `relations`, `spans`
 * @returns the labels that the model does not know, the most frequent first
 * @throws {NoKnownLabelError} if there are gold labels, and the model knows none of them
 */
export function withUnknownLabels<State extends Learned>(
  gold: readonly GoldLabel[],
  learned: State,
  things: string,
  notices: NoticeLog,
): { readonly learned: State; readonly unknown: readonly UnknownLabel[] } {
  const known = new Set(learned.id2label);
  const counts = new Map<string, number>();
  for (const { label, at } of gold) {
    notices.addToTotal("label-unknown", 1);
    if (known.has(label)) continue;
    counts.set(label, (counts.get(label) ?? 0) + 1);
    const message = `${things} with a label that the model was not trained with, counted as misses`;
    notices.add("label-unknown", message, { ...at, detail: quote(label) });
  }
  const unknown = ranked(counts, learned.id2label);
  if (unknown.length === 0) return { learned, unknown };
  if (gold.every(({ label }) => counts.has(label))) {
    const files = [...new Set(gold.map(({ at }) => at.file))];
    throw new NoKnownLabelError(unknown, learned, things, { file: listed(files, 3) });
  }
  const goldLabels = [...learned.id2label, ...unknown.map(({ label }) => label).sort()];
  return { learned: { ...learned, goldLabels }, unknown };
}

/** The gold labels that a model does not know, the most frequent first, each with the label of the model that is nearest. */
export function unknownAmong(gold: Iterable<string>, known: readonly string[]): readonly UnknownLabel[] {
  const counts = new Map<string, number>();
  for (const label of gold) if (!known.includes(label)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return ranked(counts, known);
}

const ranked = (counts: ReadonlyMap<string, number>, known: readonly string[]): UnknownLabel[] =>
  [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([label, count]) => {
      const nearest = closest(label, known);
      return { label, count, ...(nearest === undefined ? {} : { nearest }) };
    });
