import { z } from "zod";

/** For commands that accept only one no-relation label. */
export const oneNoRelationLabel = z
  .string()
  .trim()
  .min(1)
  .regex(/^[^,]*$/, "expected one label, without a comma")
  .default("NO_REL")
  .describe("Label of a pair without a relation; annotated with it, a pair is an explicit negative");

/** Type, default and help of each setting; an unknown key is an error. */
export const corpusSettings = z.strictObject({
  groupBy: z
    .string()
    .default("text")
    .describe("Kept together beside equal texts: a path as metadata.thread, id (its end number aside), text: nothing"),
  testSize: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe("Fraction of documents in the test part, scored once, after training (default 0.2); 0: none"),
  validationSize: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe("Fraction that chooses the checkpoint (default 0.1; under 100 documents the test part chooses it too)"),
  validation: z
    .string()
    .min(1)
    .optional()
    .describe("File or folder with the validation part, in place of a share of DATA"),
  test: z
    .string()
    .min(1)
    .optional()
    .describe("File or folder with the test part, scored once, in place of a share of DATA"),
  fold: z
    .string()
    .regex(/^[1-9]\d*\/[1-9]\d*$/, "expected a number and how many there are, as 2/5")
    .optional()
    .describe("Test part: one of equal parts with a share of every label, as 2/5, the second of five"),
  splitSeed: z
    .int()
    .min(0)
    .optional()
    .describe("Decides which documents are held out, whatever --seed says; --seed if not given"),
  trainDocuments: z
    .int()
    .positive()
    .optional()
    .describe("Train on this many of the documents that are not held out, drawn by --seed; fewer are some of more"),
});

/** How documents are split. */
export type CorpusSettings = z.infer<typeof corpusSettings>;
