import type { WeightedEncoder } from "../encoder.ts";
import type { LukeConfig } from "./config.ts";
import { entityTable, wordTable } from "./parameters.ts";
import type { Weights } from "../../../nn/parameters.ts";
import { LukeTokenizer } from "./tokenizer/luke-tokenizer.ts";
import { typeOfTitle } from "./tokenizer/typed-entities.ts";
import { typeWords } from "../../../tokenization/inputs/typed-markers.ts";

/**
 * Gives each of these types an entity of its own. A new one starts as `[MASK]`, as which it would have been read before;
 * if entities are as wide as words, it starts in the middle between `[MASK]` and the words of its name, so that types
 * begin apart.
 */
export function addTypedEntities<Model extends WeightedEncoder<LukeConfig>>(
  model: Model,
  types: readonly string[],
): Model {
  if (!(model.tokenizer instanceof LukeTokenizer)) throw new Error("internal: LUKE has a tokenizer of another encoder");
  const tokenizer = model.tokenizer.withTypes(types);
  const { size, specialEntityIds } = tokenizer.entityVocab;
  const { entityVocabSize: before, entityEmbSize: width } = model.config;
  if (size === before) return { ...model, tokenizer };
  const table = model.weights.get(entityTable)!.data;
  const data = new Float32Array(size * width);
  data.set(table);
  const mask = table.subarray(specialEntityIds.mask * width, (specialEntityIds.mask + 1) * width);
  for (let row = before; row < size; row++) data.set(mask, row * width);
  for (const [title, row] of tokenizer.entityVocab.ids)
    if (row >= before) addName(data.subarray(row * width, (row + 1) * width), typeOfTitle(title), model);
  // Set in place of the old one, so that the order of the weights stays that of the model.
  const weights: Weights = new Map(model.weights);
  weights.set(entityTable, { shape: [size, width], data });
  return { ...model, tokenizer, weights, config: { ...model.config, entityVocabSize: size, hasNewEntities: true } };
}

/** Moves an entity halfway to the mean of the embeddings of a type's name; leaves it where there is no such mean. */
function addName(
  entity: Float32Array,
  type: string,
  { tokenizer, config, weights }: WeightedEncoder<LukeConfig>,
): void {
  if (config.entityEmbSize !== config.hiddenSize) return;
  const pieces = tokenizer.words.encode(typeWords(type));
  if (pieces.length === 0) return;
  const words = weights.get(wordTable)!.data;
  for (const [i, value] of entity.entries()) {
    const sum = pieces.reduce((total, piece) => total + words[piece * entity.length + i]!, 0);
    entity[i] = (value + sum / pieces.length) / 2;
  }
}
