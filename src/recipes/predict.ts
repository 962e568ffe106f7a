import type { PredictConfig } from "../config.ts";
import type { Document, Entity } from "../corpus/document.ts";
import { candidatePairs } from "../corpus/pairs.ts";
import { argmax } from "../evaluation/argmax.ts";
import { encodeExamples } from "./encoded-pairs.ts";
import type { PairModel } from "./open-model.ts";
import { checkPredictionInput, type PredictionInput } from "./prediction-input.ts";
import { softmax } from "./prediction-session.ts";

export type { PredictionInput };

export interface PairPredictionResult {
  /** Position in `entities`. */
  readonly head: number;
  readonly tail: number;
  /** The most probable label; the no-relation label too where the pair could not be given to the model. */
  readonly label: string;
  readonly probability: number;
  /** One per label, in the order of their ids, sum 1; empty where the pair was not scored. */
  readonly probabilities: Readonly<Record<string, number>>;
  /** Why the pair was not scored. */
  readonly unscored?: string;
}

/** What a classifier of entities says of one; a classifier of pairs says nothing. */
export interface EntityLabel {
  readonly label?: string;
  readonly probability?: number;
  /** One per label; they sum to 1 unless labels are independent. */
  readonly probabilities?: Readonly<Record<string, number>>;
  readonly unscored?: string;
}

export interface DocumentPrediction {
  readonly id?: string;
  readonly text: string;
  readonly entities: readonly (Entity & { readonly text: string } & EntityLabel)[];
  readonly relations: readonly PairPredictionResult[];
}

/**
 * Labels of pairs, with probabilities, for many texts at once.
 * @throws DataError for an input that checkPredictionInput refuses.
 */
export async function predict(
  model: PairModel,
  inputs: readonly PredictionInput[],
  { batchSize }: PredictConfig,
  shouldStop?: () => boolean,
): Promise<DocumentPrediction[]> {
  for (const input of inputs) checkPredictionInput(input);
  const documents = inputs.map(({ id, text, entities }, i): Document => ({
    id: id ?? String(i),
    text,
    entities: entities.map(({ start, end, type }) => ({ start, end, type: type ?? "" })),
    relations: [],
  }));
  const wanted = documents.flatMap((document, i) =>
    (inputs[i]!.pairs ?? candidatePairs(document.entities.length)).map(([head, tail]) => ({ document, head, tail })),
  );
  const { encoded, unencodable } = await encodeExamples(model.tokenizer, wanted, model.maxLength);
  const logits = await model.session.logits(
    encoded.map(({ encoding }) => encoding),
    { batchSize, shouldStop },
  );

  const { id2label, noRelationLabel } = model.schema;
  const results = new Map<object, PairPredictionResult>();
  for (const [i, { pair }] of encoded.entries()) {
    const probabilities = softmax(logits[i]!);
    const best = argmax(probabilities);
    results.set(pair, {
      head: pair.head,
      tail: pair.tail,
      label: id2label[best]!,
      probability: probabilities[best]!,
      probabilities: Object.fromEntries(id2label.map((label, id) => [label, probabilities[id]!])),
    });
  }
  for (const { pair, message } of unencodable) {
    results.set(pair, {
      head: pair.head,
      tail: pair.tail,
      label: noRelationLabel,
      probability: 0,
      probabilities: {},
      unscored: message,
    });
  }
  const byDocument = new Map<Document, PairPredictionResult[]>(documents.map((document) => [document, []]));
  for (const pair of wanted) byDocument.get(pair.document)!.push(results.get(pair)!);
  return documents.map((document, i) => ({
    ...(inputs[i]!.id === undefined ? {} : { id: inputs[i]!.id }),
    text: document.text,
    entities: document.entities.map((entity) => ({ ...entity, text: document.text.slice(entity.start, entity.end) })),
    relations: byDocument.get(document)!,
  }));
}
