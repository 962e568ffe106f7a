import type { CandidateBounds } from "../../../corpus/candidates.ts";
import type { RelationSchema } from "../../../corpus/schema.ts";
import type { BaselineTable } from "../../../evaluation/baselines.ts";
import type { Calibration } from "../../../evaluation/calibration.ts";
import type { Thresholds } from "../../../evaluation/decoding.ts";
import type { MarkersName } from "../../../tokenization/inputs/typed-markers.ts";
import type { PairFeatures } from "../../../nn/pair-features.ts";
import type { Learned } from "../task.ts";
import type { EncodingName } from "./encode.ts";

/** The facts of a model of relations beside its weights. */
export interface RelationsLearned extends Learned {
  readonly noRelationId: number;
  /** Labels that mean no relation; the first is that of the model, the others are read as it. */
  readonly noRelationNames: readonly [string, ...string[]];
  /** The labels, and the types that each relation joins. */
  readonly schema: RelationSchema;
  /** The schema that decoding follows: without types if these bound nothing. */
  readonly decoding: RelationSchema;
  /** Whether pairs that no relation joins by their types are left out. */
  readonly candidates: "all" | "schema";
  readonly bounds: CandidateBounds;
  readonly encoding: EncodingName;
  readonly markers: MarkersName;
  readonly pairFeatures: PairFeatures;
  /** The thresholds by label id; absent if a pair has one label and the most probable is given. */
  readonly thresholds: Thresholds | undefined;
  /** The change of logits after which probabilities are frequencies, if it was learnt. */
  readonly calibration: Calibration | undefined;
  /** Types of the entities in the training documents, sorted. */
  readonly entityTypes: readonly string[];
  /** Null for a model that was not trained by Relata. */
  readonly baselines: BaselineTable | null;
}
