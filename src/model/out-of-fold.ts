import { nothing, type OutOfFold } from "../evaluation/suspects.ts";
import type { ScoredDocuments } from "./score-documents.ts";
import type { Task } from "./tasks/task.ts";

/** A model's answers to documents that it did not learn from. */
export interface JudgedFold {
  readonly places: readonly OutOfFold[];
  /** Annotated labels of places that the model was not shown: a bound leaves them out, or they cannot be encoded. */
  readonly unjudged: number;
}

/** Lists a model's probabilities for each place of documents of a fold. */
export function outOfFold(task: Task, { encoded, scored, learned }: ScoredDocuments, fold: number): JudgedFold {
  const { id2label, noRelationId: none, multiLabel } = learned;
  const judgments = task.judge?.(encoded, scored, learned) ?? [];
  // Judgments stand in the order of the answers; places that the model was not shown come after them.
  const places = scored.answers.map(({ probabilities }, i) => {
    const { document, spans, gold } = judgments[i]!;
    const byLabel = new Map<string, number>();
    for (const [id, label] of id2label.entries()) if (id !== none) byLabel.set(label, probabilities[id]!);
    // Of several labels a pair each has a probability of its own: nothing holds if not even the most probable does.
    if (none !== null) byLabel.set(nothing, multiLabel ? 1 - Math.max(0, ...byLabel.values()) : probabilities[none]!);
    return { document, spans, fold, given: gold, probabilities: byLabel };
  });
  const unjudged = judgments.slice(places.length).reduce((sum, { gold }) => sum + gold.length, 0);
  return { places, unjudged };
}
