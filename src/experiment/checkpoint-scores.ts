import { metricOf, spreadOf, type ScoredAnswers } from "../evaluation/evaluation.ts";
import type { LabelledExample } from "../evaluation/mistakes.ts";
import type { MetricName } from "../evaluation/scores.ts";
import type { EvaluationSettings } from "../evaluation/settings.ts";
import type { CheckpointScores } from "./train-events.ts";

/** The scores that choose a checkpoint. */
export function checkpointScores(
  scored: ScoredAnswers<LabelledExample>,
  { metric, keep }: { readonly metric: MetricName } & Pick<EvaluationSettings, "keep">,
): CheckpointScores {
  // Counts look innocent whatever the logits are; the loss does not.
  const value = Number.isFinite(metricOf(scored, "loss")) ? metricOf(scored, metric) : Number.NaN;
  const standardError = keep === "latest" ? spreadOf(scored, metric) : undefined;
  return { value, scores: scored.scores, ...(standardError === undefined ? {} : { standardError }) };
}
