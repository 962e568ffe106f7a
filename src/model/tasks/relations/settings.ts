import { z } from "zod";
import { pairFeatureNames } from "../../../nn/pair-features.ts";
import { markersNames } from "../../../tokenization/inputs/typed-markers.ts";

/** How an encoder of words reads mentions in document encoding if no flag says (docs/results.md). */
export const levitatedDefaults = { attention: "all", state: "both" } as const;

/** Settings that only relations read. */
export const relationsSettings = z.strictObject({
  encoding: z
    .enum(["pair", "document"])
    .optional()
    .describe(
      "How texts reach the model: pair, once for each (head, tail) with markers; document, once with all entities " +
        "(default: document for relata-mini, pair otherwise)",
    ),
  pairFeatures: z
    .enum(pairFeatureNames)
    .optional()
    .describe(
      "Features that classify a pair: the states of its mentions, as in transformers; beside them their distance in words, " +
        "products of projections of both, or the mean states of their words (default: words+distance+product for relata-mini " +
        "in document encoding, else states)",
    ),
  noRelationLabel: z
    .string()
    .trim()
    .min(1)
    .default("NO_REL")
    .describe(
      "Label of a pair without a relation, also an annotated one; of several, parted by commas, the first is kept",
    ),
  schema: z
    .string()
    .min(1)
    .optional()
    .describe(
      "JSON file of what each relation may join, as in relata.json under task.schema; else learnt from the data",
    ),
  multiLabel: z.boolean().default(false).describe("Let a pair have several relations, each with its own probability"),
  candidates: z
    .enum(["auto", "all", "schema"])
    .default("auto")
    .describe(
      "Pairs asked about: all, or by schema those of types that a relation joins, and mentions without a type; auto: schema",
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
    .describe(
      "Which pairs without a relation are preferred for training: any, those of related types, or hard ones (beside a related pair too)",
    ),
  negativesPerPositive: z
    .number()
    .nonnegative()
    .optional()
    .describe("Train on at most this many pairs without a relation per related pair; all if not given"),
  calibration: z
    .enum(["fit", "no"])
    .default("fit")
    .describe(
      "Whether a probability of 80 % is made to be right in 80 of 100 cases: by the correction that fits best on the documents that choose the checkpoint",
    ),
  thresholds: z
    .enum(["auto", "none", "global", "relation"])
    .default("auto")
    .describe(
      "Least probabilities of relations, learnt on the same documents: one for all, one each, or none; auto: relation with " +
        "--multi-label, else none",
    ),
  markers: z
    .enum(markersNames)
    .default("plain")
    .describe(
      "Pair encoding: what stands around head and tail, <ent> and <ent2> (@ and # for an encoder of words) alone, or with " +
        "the words of their types inside; tokens: new special tokens, for an encoder of words",
    ),
  levitatedMarkers: z
    .enum(["no", "pair", "all"])
    .optional()
    .describe(
      "Document encoding with an encoder of words: two markers for each mention after the text, which attend to its words and " +
        `each other (pair), or to the markers of the other mentions too (all); no: a mention is the mean of its words (default: ${levitatedDefaults.attention})`,
    ),
  markerStates: z
    .enum(["both", "mean"])
    .optional()
    .describe(
      `State of a mention with levitated markers: those of both side by side, or their mean (default: ${levitatedDefaults.state})`,
    ),
  typedEntities: z
    .enum(["auto", "yes", "no"])
    .default("auto")
    .describe(
      "Document encoding: let the model see entity types, each as an entity of its own; auto: where the data has types",
    ),
});
export type RelationsSettings = z.infer<typeof relationsSettings>;

/** The settings of relations in a run, with those that depend on the model filled in. */
export type RelationsRun = RelationsSettings & {
  readonly encoding: NonNullable<RelationsSettings["encoding"]>;
  readonly pairFeatures: NonNullable<RelationsSettings["pairFeatures"]>;
  readonly seed: number;
  readonly classWeights: "none" | "balanced" | "sqrt";
  /** The file that the validation part is, if it was not drawn from the same documents as the training part. */
  readonly validation?: string | undefined;
};
