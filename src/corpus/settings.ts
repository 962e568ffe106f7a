import { z } from "zod";

/** For commands that know one no-relation label alone. */
export const oneNoRelationLabel = z
  .string()
  .trim()
  .min(1)
  .regex(/^[^,]*$/, "expected one label, without a comma")
  .default("NO_REL")
  .describe("Label of a pair without a relation; annotated with it, a pair is an explicit negative");

/** Type, default and help of each setting; an unknown key is an error. */
export const corpusSettings = z.strictObject({
  noRelationLabel: z
    .string()
    .trim()
    .min(1)
    .default("NO_REL")
    .describe(
      "Label of a pair without a relation, also an annotated one; of several, parted by commas, the first is kept",
    ),
  groupBy: z
    .string()
    .default("text")
    .describe(
      "What stays together beside equal texts: a path as metadata.thread, id (its end number aside), text: nothing",
    ),
  testSize: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.2)
    .describe("Fraction of the documents held out for evaluation; texts that are equal stay together"),
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
  schema: z
    .string()
    .min(1)
    .optional()
    .describe("JSON file of what each relation may join, as in relata.json under schema; else learnt from the data"),
  multiLabel: z.boolean().default(false).describe("Let a pair have several relations, each with its own probability"),
  candidates: z
    .enum(["auto", "all", "schema"])
    .default("auto")
    .describe(
      "Pairs asked about: all, or by schema those of types it joins; auto: schema in document encoding, else all",
    ),
  maxPairs: z
    .int()
    .positive()
    .optional()
    .describe("Ask only about this many pairs a document, the nearest; the others count as without relation"),
  maxDistance: z
    .int()
    .min(0)
    .optional()
    .describe("Ask only about pairs with so many characters between them at most; others count as without relation"),
  negatives: z
    .enum(["random", "types", "hard"])
    .default("random")
    .describe("Pairs without a relation to train on first: any, of related types, or hard (beside a related pair too)"),
  negativesPerPositive: z
    .number()
    .nonnegative()
    .optional()
    .describe("Train on at most this many pairs without a relation per related pair; all if not given"),
});

/** How annotations become examples. */
export type CorpusSettings = z.infer<typeof corpusSettings>;
