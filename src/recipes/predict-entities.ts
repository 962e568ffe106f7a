import { argmax } from "../evaluation/argmax.ts";
import type { PredictConfig } from "../config.ts";
import { encodeEntity } from "../tokenization/inputs/entity-encoding.ts";
import { encodeSpans } from "../tokenization/inputs/span-encoding.ts";
import type { Encoding } from "../tokenization/inputs/encoding.ts";
import type { Unencodable } from "../tokenization/inputs/unencodable.ts";
import type { EntityModel } from "./open-model.ts";
import type { DocumentPrediction, EntityLabel } from "./predict.ts";
import { checkPredictionInput, type PredictionInput } from "../model/tasks/prediction-input.ts";
import { defaultBatchSizes } from "../model/prediction-session.ts";
import { sigmoid, softmax } from "../evaluation/probabilities.ts";

interface Task {
  readonly input: number;
  /** Positions in the input's entities, one for each row of logits. */
  readonly entities: readonly number[];
  readonly result: { readonly encoding: Encoding } | { readonly unencodable: Unencodable };
}

/**
 * Labels of the entities themselves, by a classifier of single entities or of spans.
 * @throws DataError for an input that checkPredictionInput refuses.
 */
export async function predictEntities(
  model: EntityModel,
  inputs: readonly PredictionInput[],
  { batchSize = defaultBatchSizes.pair }: PredictConfig,
  shouldStop?: () => boolean,
): Promise<DocumentPrediction[]> {
  for (const input of inputs) checkPredictionInput(input);
  const tasks = await Promise.all(inputs.flatMap((input, i) => tasksOf(model, input, i)));
  const encoded = tasks.flatMap((task) =>
    "encoding" in task.result ? [{ ...task, encoding: task.result.encoding }] : [],
  );
  const encodings = encoded.map(({ encoding }) => encoding);
  const logits = await model.session.logits(encodings, { batchSize, shouldStop });

  const labels = inputs.map(({ entities }) => entities.map((): EntityLabel => ({ probabilities: {} })));
  for (const { input, entities, result } of tasks) {
    if ("encoding" in result) continue;
    for (const entity of entities) labels[input]![entity] = { probabilities: {}, unscored: result.unencodable.message };
  }
  const numLabels = model.id2label.length;
  for (const [i, { input, entities }] of encoded.entries()) {
    for (const [row, entity] of entities.entries()) {
      labels[input]![entity] = labelOf(model, logits[i]!.subarray(row * numLabels, (row + 1) * numLabels));
    }
  }
  return inputs.map(({ id, text, entities }, i) => ({
    ...(id === undefined ? {} : { id }),
    text,
    entities: entities.map(({ start, end, type = "" }, k) => ({
      start,
      end,
      type,
      text: text.slice(start, end),
      ...labels[i]![k]!,
    })),
    relations: [],
  }));
}

function tasksOf(
  { kind, tokenizer, maxLength }: EntityModel,
  { text, entities }: PredictionInput,
  input: number,
): Promise<Task>[] {
  const all = entities.map((_, entity) => entity);
  if (kind === "span") {
    if (entities.length === 0) return [];
    return [encodeSpans(tokenizer, text, entities, { maxLength }).then((result) => ({ input, entities: all, result }))];
  }
  return all.map((entity) =>
    encodeEntity(tokenizer, text, entities[entity]!, { maxLength }).then((result) => ({
      input,
      entities: [entity],
      result,
    })),
  );
}

function labelOf({ id2label, isMultiLabel }: EntityModel, logits: Float32Array): EntityLabel {
  const probabilities = isMultiLabel ? logits.map(sigmoid) : softmax(logits);
  const best = argmax(probabilities);
  return {
    label: id2label[best]!,
    probability: probabilities[best]!,
    probabilities: Object.fromEntries(id2label.map((label, id) => [label, probabilities[id]!])),
  };
}
