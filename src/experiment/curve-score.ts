import type { NamedScores } from "../evaluation/baselines.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { isBetter, metricProtocol, metricValue, type MetricName } from "../evaluation/scores.ts";
import type { EndToEnd } from "../model/end-to-end.ts";
import { endToEndProtocol } from "../report/entity-tables.ts";

/** The score of a run in a learning curve, and that of its best baseline if there are baselines to beat. */
export interface CurveScore {
  readonly score: number;
  readonly baseline: number | undefined;
  /** The meaning of the score; "" for a loss. */
  readonly protocol: string;
}

/** The metric of a run; for a model that finds entities and relates them, strict F1 of relations from the bare text. */
export function curveScore(
  { evaluation, endToEnd }: { readonly evaluation: Evaluation; readonly endToEnd?: EndToEnd | undefined },
  metric: MetricName,
): CurveScore {
  if (endToEnd) {
    const protocol = `F1 of relations between found entities, strict. ${endToEndProtocol}`;
    // Baselines of relations are given the annotated entities.
    return { score: endToEnd.strict.micro.f1, baseline: undefined, protocol };
  }
  const { scores, baselines } = evaluation;
  const score = metricValue(scores, metric);
  return metric === "loss"
    ? { score, baseline: undefined, protocol: "" }
    : { score, baseline: bestOf(baselines, metric), protocol: metricProtocol(scores, metric) };
}

function bestOf(baselines: readonly NamedScores[], metric: MetricName): number | undefined {
  const values = baselines.map(({ scores }) => metricValue(scores, metric));
  return values.length > 0 ? values.reduce((a, b) => (isBetter(metric, b, a) ? b : a)) : undefined;
}
