import type { LukeConfig } from "./config.ts";
import { initializeWeights, type ParameterSpec, type Weights } from "../../../nn/parameters.ts";

const wordPositions = "luke.embeddings.position_embeddings.weight";
const entityPositions = "luke.entity_embeddings.position_embeddings.weight";

/**
 * Longest wavelength of the sinusoids over 2π, in words. Sentences are short: far slower waves hardly distinguish
 * neighbours.
 */
const slowestWave = 50;

/** The weight of position against word in a fresh embedding: an entity's neighbours say more than any single word. */
const positionShare = 2;

/**
 * Draws weights for a model without pre-training. With LUKE's own scheme an untrained model cannot see where an entity
 * stands: its two position tables have nothing to do with each other, and learning that they should takes more text
 * than a few hundred sentences. Here both start as the same sinusoids (Vaswani et al. 2017, section 3.5), word row p +
 * pad + 1 and entity row p alike, since they name the same word; and queries for words start as copies of the keys, so
 * that attention begins by looking for what is alike: an entity sees its own words and their neighbours first. These
 * are only starting values; training may undo all of them.
 */
export function initializeFromScratch(specs: readonly ParameterSpec[], config: LukeConfig, seed: number): Weights {
  const weights = initializeWeights(specs, config, seed);
  const { maxPositionEmbeddings: rows, hiddenSize, padTokenId } = config;
  const words = weights.get(wordPositions)!.data;
  const entities = weights.get(entityPositions)!.data;
  for (let position = 0; position < rows; position++) {
    const row = sinusoid(position, hiddenSize, positionShare * config.initializerRange);
    entities.set(row, position * hiddenSize);
    const wordRow = position + padTokenId + 1;
    if (wordRow < rows) words.set(row, wordRow * hiddenSize);
  }
  for (const [name, { data }] of weights) {
    if (/\.(query|e2w_query)\.weight$/.test(name))
      data.set(weights.get(name.replace(/\w+\.weight$/, "key.weight"))!.data);
  }
  return weights;
}

/** `deviation` is the root mean square of the row. */
function sinusoid(position: number, size: number, deviation: number): Float32Array {
  const amplitude = deviation * Math.SQRT2;
  return Float32Array.from({ length: size }, (_, i) => {
    const angle = position / slowestWave ** ((2 * Math.floor(i / 2)) / size);
    return amplitude * (i % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
  });
}
