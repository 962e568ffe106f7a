import { z } from "zod";

/** Settings that only the finding of entities reads. */
export const entitiesSettings = z.strictObject({
  entityDecoding: z
    .enum(["auto", "flat", "nested"])
    .default("auto")
    .describe(
      "How entities are found: flat, by a tag for each token, so that no two overlap; nested, by a score for each span, so that any two may; auto: nested if at least one training entity in a hundred overlaps another",
    ),
});
export type EntitiesSettings = z.infer<typeof entitiesSettings>;
