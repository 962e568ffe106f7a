import type { Document } from "../../../corpus/document.ts";
import type { DocumentPrediction } from "../prediction.ts";
import type { PredictionInput } from "../prediction-input.ts";
import type { Answering, AnswerOptions } from "../task.ts";
import { byText, encodeTexts } from "./encode.ts";
import type { EntitiesLearned } from "./learned.ts";

/** Finds the entities of texts; entities that are given are not looked at. */
export async function predict(
  { learned, tokenizer, maxLength, session }: Answering<EntitiesLearned>,
  inputs: readonly PredictionInput[],
  { batchSize, shouldStop }: AnswerOptions,
): Promise<DocumentPrediction[]> {
  const examples = inputs.map((document) => ({ document }));
  const { texts } = encodeTexts(tokenizer, examples, maxLength, () => [], learned.decoder);
  const logits = await session.logits(
    texts.map(({ encoding }) => encoding),
    { batchSize, shouldStop },
  );
  const answers = new Map(
    byText(texts, logits).map(({ example: { document }, tokens, windows }) => [
      document,
      learned.decoder.find(tokens, windows).found,
    ]),
  );
  return inputs.map((input) => {
    const { id, text } = input;
    const entities = (answers.get(input) ?? []).map(({ start, end, type: typeId, probability }) => {
      const type = learned.exampleLabels[typeId]!;
      return { start, end, type, text: text.slice(start, end), label: type, probability };
    });
    return { ...(id === undefined ? {} : { id }), text, entities, relations: [] };
  });
}

/** The document with the entities that were found instead of its own, and so without relations. */
export const annotate = (document: Document, { entities }: DocumentPrediction): Document => ({
  ...document,
  entities: entities.map(({ start, end, type }) => ({ start, end, type })),
  relations: [],
});
