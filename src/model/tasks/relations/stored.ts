import { z } from "zod";
import { calibrationKinds } from "../../../evaluation/calibration.ts";
import { pairFeatureNames } from "../../../nn/pair-features.ts";
import { markersNames } from "../../../tokenization/inputs/typed-markers.ts";
import { schemaFile } from "../../../corpus/schema-file.ts";

const count = z.int().min(0);

/** The part of relata.json that belongs to relations. */
export const storedRelations = z.strictObject({
  name: z.literal("relations"),
  /** The encoding of texts: once per (head, tail) pair with markers, or once with all entities. */
  encoding: z.enum(["pair", "document"]),
  /** The text around head and tail in pair encoding: markers alone, with the words of the entities' types inside, or tokens of their own. */
  markers: z.enum(markersNames).default("plain"),
  /** The features of a pair; all but `states` add weights that `transformers` lacks, so that its answers differ. */
  pairFeatures: z.enum(pairFeatureNames).default("states"),
  /**
   * The types that each relation may join, and the rules of decoding; null in folders from before there were schemas.
   */
  schema: schemaFile
    .extend({
      /** Whether pairs that no relation joins by their types are left out. */
      candidates: z.enum(["all", "schema"]),
      maxPairs: count.nullable(),
      /** The largest distance, in characters. */
      maxDistance: count.nullable(),
      /** The least probability of each relation; of all of them if a pair has one label, and none is the most probable. */
      thresholds: z.record(z.string(), z.number().gt(0).max(1)),
    })
    .nullable()
    .default(null),
  /**
   * The change of logits after which probabilities are frequencies: each plus the offset of its label, if it has one, over
   * the temperature, and then bent by the slopes and the shift of `beta`. Folders from before there were kinds have none.
   */
  calibration: z
    .strictObject({
      kind: z.enum(calibrationKinds).default("temperature+prior"),
      temperature: z.number().positive(),
      offsets: z.record(z.string(), z.number()),
      beta: z.tuple([z.number().positive(), z.number().positive(), z.number()]).optional(),
    })
    .nullable()
    .default(null),
  /**
   * The facts that the plain baselines learnt from the training pairs: label ids of the majority, of (head type, tail
   * type), with and without the no-relation label, of those with the order of the two and the entities between them, and
   * of the nearest candidates.
   */
  baselines: z
    .strictObject({
      majority: count,
      typePairs: z.array(z.tuple([z.string(), z.string(), count])),
      pairs: count,
      typeRelations: z.array(z.tuple([z.string(), z.string(), count])).optional(),
      lookup: z
        .strictObject({ threshold: z.number().min(0).max(1), labels: z.record(z.string(), z.array(count)) })
        .optional(),
      nearest: z
        .strictObject({
          rules: z.array(z.tuple([count, z.enum(["head", "tail"]), z.string(), z.string(), z.number().min(0).max(1)])),
        })
        .optional(),
    })
    .nullable()
    .default(null),
});
export type StoredRelations = z.infer<typeof storedRelations>;
