import { z } from "zod";
import { metricNames } from "./scores.ts";

/** What a run's `evaluation` section may hold. */
export const evaluationSettings = z.strictObject({
  metric: z
    .enum(metricNames)
    .default("macro_f1")
    .describe(
      "The number that chooses the best checkpoint and stops early. The relation_ ones leave the no-relation label out; " +
        "loss is better when lower.",
    ),
});

export type EvaluationSettings = z.infer<typeof evaluationSettings>;
