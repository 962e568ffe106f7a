import { z } from "zod";

/** Type, default and help of each setting; an unknown key is an error. */
export const corpusSettings = z.strictObject({
  noRelationLabel: z
    .string()
    .trim()
    .min(1)
    .default("NO_REL")
    .describe("Label of a pair without a relation; annotated with it, a pair is an explicit negative"),
  testSize: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.2)
    .describe("Fraction of the documents held out for evaluation; texts that are equal stay together"),
  negativesPerPositive: z
    .number()
    .nonnegative()
    .optional()
    .describe("Train on at most this many pairs without a relation per related pair; all if not given"),
});

/** How annotations become examples. */
export type CorpusSettings = z.infer<typeof corpusSettings>;
