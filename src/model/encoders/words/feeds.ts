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
  return new Map([
    ["input_ids", int32(batch.inputIds, words)],
    ["position_ids", int32(positionIds, words)],
    ["attention_bias", float32(wordBias(batch), [batch.batch, 1, 1, batch.words])],
    ...(batch.entities === 0
      ? []
      : ([["mention_weights", float32(mentionWeights(batch), [batch.batch, batch.entities, batch.words])]] as const)),
  ]);
}
