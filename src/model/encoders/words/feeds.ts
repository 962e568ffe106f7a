import { positionsAfterPadding, wordBias } from "../../../nn/words.ts";
import { type Feeds, float32, int32 } from "../../../runtime/values.ts";
import type { Batch } from "../../../tokenization/inputs/collate.ts";
import type { WordsConfig } from "./config.ts";
import type { WordFamily } from "./family.ts";
import { mentionWeights } from "./mentions.ts";

/** The values of the graph inputs that `wordsStates` reads. */
export function wordsFeeds({ positions }: WordFamily, batch: Batch, { padTokenId }: WordsConfig): Feeds {
  const words = [batch.batch, batch.words];
  const positionIds =
    positions === "after padding"
      ? positionsAfterPadding(batch, padTokenId)
      : Int32Array.from(batch.inputIds, (_, i) => i % batch.words);
  return new Map([...textFeeds(batch), ["position_ids", int32(positionIds, words)]]);
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
