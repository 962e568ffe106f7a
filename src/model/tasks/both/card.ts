import { encoderWords, type CardSubject, type CardText } from "../../../report/model-card.ts";
import { card as cardOfRelations } from "../relations/card.ts";
import type { BothLearned } from "./learned.ts";

/** The words of a model card that are about finding entities and relating them. */
export function card(learned: BothLearned, subject: CardSubject): CardText {
  const { limits, reading, ...relations } = cardOfRelations(learned, subject);
  return {
    ...relations,
    task: "Relation extraction",
    tags: ["relation-extraction", "relation-classification", "named-entity-recognition"],
    purpose:
      "Given a text, this model finds the entities in it, and which directed relation holds from one of them (the head) to\n" +
      `another (the tail). It is ${encoderWords(subject.encoder)} with two heads: one finds entities, one classifies pairs of them`,
    reading: `The entities are found in the bare text, ${learned.entities.decoder.description}. ${reading}`,
    limits: limits.slice(1),
    spans: [],
    elsewhere: "transformers opens the encoder; it has no class with both heads.",
    python: undefined,
  };
}
