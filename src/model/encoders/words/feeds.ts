import { positionsAfterPadding, wordBias } from "../../../nn/words.ts";
import { type Feeds, float32, int32 } from "../../../runtime/values.ts";
import type { Batch } from "../../../tokenization/inputs/collate.ts";
import type { WordsConfig } from "./config.ts";
import type { WordFamily } from "./family.ts";
import { markedBatch, markerFeeds } from "../markers/levitated.ts";
import { mentionWeights } from "./mentions.ts";

/** The values of the graph inputs that `wordsStates` reads. */
export function wordsFeeds({ positions }: WordFamily, batch: Batch, { padTokenId, levitated }: WordsConfig): Feeds {
  const positionIds =
    positions === "after padding"
      ? positionsAfterPadding(batch, padTokenId)
      : Int32Array.from(batch.inputIds, (_, i) => i % batch.words);
  const placed = ["position_ids", int32(positionIds, [batch.batch, batch.words])] as const;
  if (!levitated) return new Map([...textFeeds(batch), placed]);
  const padding = { id: padTokenId, position: positions === "after padding" ? padTokenId : 0 };
  const marked = markedBatch(batch, positionIds, levitated.attention, padding);
  return new Map([
    ["input_ids", int32(batch.inputIds, [batch.batch, batch.words])],
    placed,
    ...markerFeeds(batch, marked),
  ]);
}

/** The values that every encoder without entities is fed. */
export const textFeeds = (batch: Batch): Feeds =>
  new Map([
    ["input_ids", int32(batch.inputIds, [batch.batch, batch.words])],
    ["attention_bias", float32(wordBias(batch), [batch.batch, 1, 1, batch.words])],
    ...(batch.entities === 0
      ? []
      : ([["mention_weights", float32(mentionWeights(batch), [batch.batch, batch.entities, batch.words])]] as const)),
  ]);
