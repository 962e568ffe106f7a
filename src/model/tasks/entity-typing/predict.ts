import type { Document } from "../../../corpus/document.ts";
import { argmax } from "../../../evaluation/argmax.ts";
import { sigmoid, softmax } from "../../../evaluation/probabilities.ts";
import { rowsOf } from "../encoded.ts";
import type { DocumentPrediction, EntityLabel } from "../prediction.ts";
import { checkPredictionInput, type PredictionInput } from "../prediction-input.ts";
import type { Answering, AnswerOptions } from "../task.ts";
import { encodeSpansOf } from "./encode.ts";
import type { TypingLearned } from "./learned.ts";

/** The probability of each type for a span; they sum to 1 unless types are independent. */
export const probabilitiesOf = ({ multiLabel }: TypingLearned, logits: Float32Array): Float32Array =>
  multiLabel ? logits.map(sigmoid) : softmax(logits);

/**
 * Predicts the types of the given spans. An answered span has the answer as its type; a span that cannot be answered
 * keeps its given type.
 * @throws DataError for an input that checkPredictionInput refuses
 */
export async function predict(
  { learned, tokenizer, maxLength, session }: Answering<TypingLearned>,
  inputs: readonly PredictionInput[],
  { batchSize, shouldStop }: AnswerOptions,
): Promise<DocumentPrediction[]> {
  for (const input of inputs) checkPredictionInput(input);
  const places = inputs.flatMap((document) => document.entities.map((_, entity) => ({ document, entity })));
  const { texts, unscored } = await encodeSpansOf(tokenizer, places, learned.reads, maxLength);
  const logits = await session.logits(
    texts.map(({ encoding }) => encoding),
    { batchSize, shouldStop },
  );
  const labels = new Map(inputs.map((input) => [input, input.entities.map((): EntityLabel => ({}))]));
  for (const { example, message } of unscored)
    labels.get(example.document)![example.entity] = { probabilities: {}, unscored: message };
  for (const { example, logits: row } of rowsOf(texts, logits))
    labels.get(example.document)![example.entity] = labelOf(learned, row);
  return inputs.map((input) => {
    const { id, text, entities } = input;
    return {
      ...(id === undefined ? {} : { id }),
      text,
      entities: entities.map(({ start, end, type = "" }, i) => {
        const answer = labels.get(input)![i]!;
        return { start, end, type: answer.label ?? type, text: text.slice(start, end), ...answer };
      }),
      relations: [],
    };
  });
}

function labelOf(learned: TypingLearned, logits: Float32Array): EntityLabel {
  const probabilities = probabilitiesOf(learned, logits);
  const best = argmax(probabilities);
  return {
    label: learned.id2label[best]!,
    probability: probabilities[best]!,
    probabilities: Object.fromEntries(learned.id2label.map((label, id) => [label, probabilities[id]!])),
  };
}

/** The document with the predicted types; its relations stay, since the places of the entities do. */
export const annotate = (document: Document, { entities }: DocumentPrediction): Document => ({
  ...document,
  entities: document.entities.map((entity, i) => ({ ...entity, type: entities[i]!.type })),
});
