import { withOwnNames } from "../../heads/token-head.ts";
import type { EntitiesLearned } from "../entities/learned.ts";
import type { RelationsLearned } from "../relations/learned.ts";

/** The facts of a model with two heads: those of relations, and those of the entities that it finds. */
export interface BothLearned extends RelationsLearned {
  /** Labels of pairs and then types of entities: a text without pairs has the types of its entities as labels. */
  readonly exampleLabels: readonly string[];
  readonly entities: EntitiesLearned;
}

/** Joins the facts of both tasks; the weights of the head that finds entities get names of their own. */
export const joined = (relations: RelationsLearned, entities: EntitiesLearned): BothLearned => ({
  ...relations,
  exampleLabels: [...relations.id2label, ...entities.exampleLabels],
  entities: { ...entities, decoder: { ...entities.decoder, head: withOwnNames(entities.decoder.head) } },
});
