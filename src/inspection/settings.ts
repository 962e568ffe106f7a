import { z } from "zod";
import { oneNoRelationLabel } from "../corpus/settings.ts";

/** Settings of the inspection; an unknown key is an error. */
export const inspectionSettings = z.strictObject({
  noRelationLabel: oneNoRelationLabel,
  similarity: z
    .number()
    .min(0.7)
    .max(1)
    .default(0.8)
    .describe("Two texts are near duplicates that share at least this fraction of their word triples"),
});
export type InspectionSettings = z.infer<typeof inspectionSettings>;
