import { maskedScore } from "../../../nn/attention-mask.ts";
import { positionsAfterPadding } from "../../../nn/words.ts";
import { type Feeds, float32, int32 } from "../../../runtime/values.ts";
import type { Batch } from "../../../tokenization/inputs/collate.ts";
import type { LukeConfig } from "./config.ts";

function attentionBias({ batch, words, entities, attentionMask, entityAttentionMask }: Batch): Float32Array {
  const bias = new Float32Array(batch * (words + entities));
  for (let row = 0; row < batch; row++) {
    const at = row * (words + entities);
    for (let i = 0; i < words; i++) if (attentionMask[row * words + i] === 0) bias[at + i] = maskedScore;
    for (let i = 0; i < entities; i++)
      if (entityAttentionMask[row * entities + i] === 0) bias[at + words + i] = maskedScore;
  }
  return bias;
}

/** Gives mention positions without the −1 padding, and the weight of each: 1/count, or 0 for padding. */
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

/** The values of the graph inputs that LUKE's states read; texts without entities have none of those of entities. */
export function lukeFeeds(batch: Batch, { padTokenId }: LukeConfig): Feeds {
  const words = [batch.batch, batch.words];
  const ofWords: Feeds = new Map([
    ["input_ids", int32(batch.inputIds, words)],
    ["position_ids", int32(positionsAfterPadding(batch, padTokenId), words)],
    ["attention_bias", float32(attentionBias(batch), [batch.batch, 1, 1, batch.words + batch.entities])],
  ]);
  if (batch.entities === 0) return ofWords;
  const { positions, weights } = mentionPositions(batch);
  const slots = [batch.batch, batch.entities];
  const mentions = [...slots, batch.mention];
  return new Map([
    ...ofWords,
    ["entity_ids", int32(batch.entityIds, slots)],
    ["entity_position_ids", int32(positions, mentions)],
    ["entity_position_weights", float32(weights, mentions)],
  ]);
}
