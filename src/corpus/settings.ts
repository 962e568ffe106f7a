import { z } from "zod";
import { formatNames } from "./readers/reader.ts";

/** Type, default and help of each setting; an unknown key is an error. */
export const corpusSettings = z.strictObject({
  format: z.enum(formatNames).optional().describe("Format of the data files; told by their content if not given"),
  skipInvalid: z.boolean().default(false).describe("Leave invalid documents out and count them instead of stopping"),
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
