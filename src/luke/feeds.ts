import type { Batch } from "../tokenization/collate.ts";
import type { LukeConfig } from "./config.ts";
import { distanceBuckets } from "./pair-distance.ts";

/** A value fed to a graph input, with its sizes. */
export interface Feed {
  readonly data: Float32Array | Int32Array;
  readonly dims: readonly number[];
}

/** The most negative float32: after the softmax a masked key has weight exactly 0. */
const masked = -3.4028234663852886e38;

/** RoBERTa's positions: real words count from `pad + 1`, padding has `pad` (create_position_ids_from_input_ids). */
function positionIds({ batch, words, inputIds }: Batch, padTokenId: number): Int32Array {
  const positions = new Int32Array(batch * words).fill(padTokenId);
  for (let row = 0; row < batch; row++) {
    let count = padTokenId;
    for (let i = row * words; i < (row + 1) * words; i++) if (inputIds[i] !== padTokenId) positions[i] = ++count;
  }
  return positions;
}

function attentionBias({ batch, words, entities, attentionMask, entityAttentionMask }: Batch): Float32Array {
  const bias = new Float32Array(batch * (words + entities));
  for (let row = 0; row < batch; row++) {
    const at = row * (words + entities);
    for (let i = 0; i < words; i++) if (attentionMask[row * words + i] === 0) bias[at + i] = masked;
    for (let i = 0; i < entities; i++) if (entityAttentionMask[row * entities + i] === 0) bias[at + words + i] = masked;
  }
  return bias;
}

/** Mention positions without the −1 padding, and the weight of each: 1/count, or 0 where there was padding. */
function mentionPositions({ batch, entities, mention, entityPositionIds }: Batch): {
  positions: Int32Array;
  weights: Float32Array;
} {
  const positions = entityPositionIds.map((position) => Math.max(position, 0));
  const weights = new Float32Array(positions.length);
  for (let slot = 0; slot < batch * entities; slot++) {
    const row = entityPositionIds.subarray(slot * mention, (slot + 1) * mention);
    const count = row.reduce((n, position) => n + (position >= 0 ? 1 : 0), 0);
    for (const [i, position] of row.entries()) if (position >= 0) weights[slot * mention + i] = 1 / count;
  }
  return { positions, weights };
}

/** Indexes into the flattened [batch*words] from indexes into each text. */
const flattened = ({ words, entities }: Batch, positions: Int32Array): Int32Array =>
  positions.map((position, slot) => Math.floor(slot / entities) * words + position);

/** What the graph of a `classifier` reads of a batch, under the names of its inputs; those of every head it can serve. */
export function batchFeeds(batch: Batch, config: LukeConfig): Map<string, Feed> {
  const { positions, weights } = mentionPositions(batch);
  const words = [batch.batch, batch.words];
  const slots = [batch.batch, batch.entities];
  const mentions = [...slots, batch.mention];
  const feeds = new Map<string, Feed>([
    ["input_ids", { data: batch.inputIds, dims: words }],
    ["position_ids", { data: positionIds(batch, config.padTokenId), dims: words }],
    ["entity_ids", { data: batch.entityIds, dims: slots }],
    ["entity_position_ids", { data: positions, dims: mentions }],
    ["entity_position_weights", { data: weights, dims: mentions }],
    ["attention_bias", { data: attentionBias(batch), dims: [batch.batch, 1, 1, batch.words + batch.entities] }],
    ["pair_distance", { data: distanceBuckets(batch), dims: [batch.pairCount] }],
    ["pairs", { data: batch.pairs, dims: [batch.pairCount, 2] }],
    [
      "first_entities",
      { data: Int32Array.from({ length: batch.batch }, (_, i) => i * batch.entities), dims: [batch.batch] },
    ],
  ]);
  const { entityStartPositions: starts, entityEndPositions: ends } = batch;
  if (starts) feeds.set("start_words", { data: flattened(batch, starts), dims: slots });
  if (ends) feeds.set("end_words", { data: flattened(batch, ends), dims: slots });
  return feeds;
}
