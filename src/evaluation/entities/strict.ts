import { spanKey, typedKey, type FoundSpans } from "./found-spans.ts";
import { LabelCounts, type SetScores } from "./label-counts.ts";

/**
 * Scores entities strictly: one is right if an annotated one of the same text has both its boundaries and its type. Equal
 * to seqeval's `mode="strict", scheme=IOB2`, which knows sets of spans: equal spans of one text count once. Nested and
 * overlapping spans, which tags cannot write, are counted by the same rule, each on its own.
 */
export function strictEntityScores(documents: Iterable<FoundSpans>): SetScores {
  const counts = new LabelCounts();
  for (const { gold, found } of documents) {
    counts.add(
      new Map(gold.map((span) => [typedKey(span), span.type])),
      new Map(found.map((span) => [typedKey(span), span.type])),
    );
  }
  return counts.scores();
}

/** Scores boundaries alone, with all types taken for one: spans of one text that differ in type count once. */
export function boundaryScores(documents: Iterable<FoundSpans>): SetScores["micro"] {
  const counts = new LabelCounts();
  for (const { gold, found } of documents) {
    counts.add(new Map(gold.map((span) => [spanKey(span), ""])), new Map(found.map((span) => [spanKey(span), ""])));
  }
  return counts.scores().micro;
}
