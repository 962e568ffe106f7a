import type { Learned } from "../task.ts";
import type { Decoder } from "./decoder.ts";
import type { Gazetteer } from "./gazetteer.ts";

/** The facts of a model that finds entities, beside its weights; its labels are the classes of its head. */
export interface EntitiesLearned extends Learned {
  readonly noRelationId: null;
  /** Types of entities by id: the labels of examples. */
  readonly exampleLabels: readonly string[];
  readonly decoder: Decoder;
  /** The known surfaces of the training documents; null for a model that was not trained by Relata. */
  readonly gazetteer: Gazetteer | null;
}
