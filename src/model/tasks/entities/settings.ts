import { z } from "zod";

/** Settings that only the finding of entities reads. */
export const entitiesSettings = z.strictObject({
  entityDecoding: z
    .enum(["auto", "flat"])
    .default("auto")
    .describe(
      "How entities are found: flat, by a tag for each token, so that no two overlap; auto: as the training documents are",
    ),
});
export type EntitiesSettings = z.infer<typeof entitiesSettings>;
