import type { Document } from "../corpus/document.ts";
import type { MarkedSpans } from "./mistakes.ts";

/** The answer of a model for one place of a document, in names of labels; no label where nothing holds. */
export interface Judgment {
  readonly document: Document;
  readonly spans: MarkedSpans;
  readonly gold: readonly string[];
  readonly predicted: readonly string[];
  /** The probability of the first predicted label, or that nothing holds; undefined if the model was not asked. */
  readonly probability: number | undefined;
}

/** The judgments of two models on one place. */
export interface JudgedByBoth {
  readonly document: Document;
  readonly spans: MarkedSpans;
  readonly gold: readonly string[];
  readonly answers: readonly [Judgment | undefined, Judgment | undefined];
}

/**
 * Matches the judgments of two models on the same documents by their spans. Gold labels are those that either model was
 * given: one that knows a single label a pair is not given the second.
 */
export function matchJudgments(
  first: readonly (readonly Judgment[])[],
  second: readonly (readonly Judgment[])[],
): JudgedByBoth[] {
  return first.flatMap((ofFirst, i) => {
    const places = new Map<string, JudgedByBoth>();
    const keysOf = keys();
    for (const one of ofFirst)
      places.set(keysOf(one), { document: one.document, spans: one.spans, gold: one.gold, answers: [one, undefined] });
    const keysOfSecond = keys();
    for (const other of second[i]!) {
      const key = keysOfSecond(other);
      const { document, spans, gold } = other;
      const known = places.get(key);
      places.set(key, {
        document: known?.document ?? document,
        spans,
        gold: known ? [...new Set([...known.gold, ...gold])] : gold,
        answers: [known?.answers[0], other],
      });
    }
    return [...places.values()];
  });
}

/** Keys of places; those of equal spans, as of an entity that was annotated twice, count on. */
function keys(): (judgment: Judgment) => string {
  const seen = new Map<string, number>();
  return ({ spans: { head, tail } }) => {
    const key = [head.start, head.end, tail?.start, tail?.end].join(" ");
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return `${key} ${count}`;
  };
}
