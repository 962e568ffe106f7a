import { z } from "zod";
import { metricNames } from "./scores.ts";

/** Settings of evaluation; each field gives the type, the default, the flag and its help. */
export const evaluationSettings = z.strictObject({
  metric: z
    .enum(metricNames)
    .default("macro_f1")
    .describe(
      "Metric that chooses the checkpoint and decides early stopping; those with relation_ leave the no-relation " +
        "label out",
    ),
  keep: z
    .enum(["latest", "best"])
    .default("latest")
    .describe("Weights to keep: the latest within one standard error of the best score, or the best"),
});

export type EvaluationSettings = z.infer<typeof evaluationSettings>;
