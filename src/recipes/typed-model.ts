import type { LukeConfig } from "../luke/config.ts";
import type { Weights } from "../luke/parameters.ts";
import type { LukeTokenizer } from "../tokenization/luke-tokenizer.ts";
import { withTypedEntities } from "../tokenization/typed-entities.ts";

const entityTable = "luke.entity_embeddings.entity_embeddings.weight";

interface Model {
  readonly tokenizer: LukeTokenizer;
  readonly config: LukeConfig;
  readonly weights: Weights;
}

/** The model with an entity for each of these types; a new one starts as `[MASK]`, as which it would have been read before. */
export function addTypedEntities<M extends Model>(model: M, types: readonly string[]): M {
  const tokenizer = withTypedEntities(model.tokenizer, types);
  const { size, specialEntityIds } = tokenizer.entityVocab;
  const { entityVocabSize: before, entityEmbSize: width } = model.config;
  if (size === before) return { ...model, tokenizer };
  const table = model.weights.get(entityTable)!.data;
  const data = new Float32Array(size * width);
  data.set(table);
  const mask = table.subarray(specialEntityIds.mask * width, (specialEntityIds.mask + 1) * width);
  for (let row = before; row < size; row++) data.set(mask, row * width);
  // Set in place of the old one, so that the order of the weights stays that of the model.
  const weights: Weights = new Map(model.weights);
  weights.set(entityTable, { shape: [size, width], data });
  return { ...model, tokenizer, weights, config: { ...model.config, entityVocabSize: size } };
}
