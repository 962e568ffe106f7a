import { type Feeds, int32, type TensorValue } from "../../../runtime/values.ts";
import type { Batch } from "../../../tokenization/inputs/collate.ts";
import { markedBatch, markerFeeds, type MarkedBatch } from "../markers/levitated.ts";
import { textFeeds } from "../words/feeds.ts";
import { distanceRows } from "./buckets.ts";
import type { DebertaConfig } from "./config.ts";

/** The values of the graph inputs that `debertaStates` reads. */
export function debertaFeeds(batch: Batch, config: DebertaConfig): Feeds {
  const rows = (order: "falling" | "rising"): [string, TensorValue] => [
    `${order}_distances`,
    int32(distanceRows(batch.words, config, order), [1 + 2 * batch.words]),
  ];
  const { levitated, padTokenId } = config;
  if (!levitated) return new Map([...textFeeds(batch), rows("falling"), rows("rising")]);
  const places = Int32Array.from(batch.inputIds, (_, i) => i % batch.words);
  const marked = markedBatch(batch, places, levitated.attention, { id: padTokenId, position: 0 });
  return new Map([
    ["input_ids", int32(batch.inputIds, [batch.batch, batch.words])],
    ...markerFeeds(batch, marked),
    rows("rising"),
    ...pairFeeds(batch, marked),
  ]);
}

/** The place of the distance of each pair of tokens, by their positions, in the scores of its query and in those of its key. */
function pairFeeds(
  { batch, words, entities }: Batch,
  { opening, closing, tokens }: MarkedBatch,
): [string, TensorValue][] {
  const distances = 1 + 2 * words;
  const [ofQueries, ofKeys] = [new Int32Array(batch * tokens * tokens), new Int32Array(batch * tokens * tokens)];
  const positions = new Int32Array(tokens);
  for (let row = 0, at = 0; row < batch; row++) {
    const own = (side: Int32Array): Int32Array => side.subarray(row * entities, (row + 1) * entities);
    for (let i = 0; i < words; i++) positions[i] = i;
    positions.set(own(opening.positions), words);
    positions.set(own(closing.positions), words + entities);
    for (let i = 0; i < tokens; i++)
      for (let j = 0; j < tokens; j++, at++) {
        const place = positions[i]! - positions[j]! + words;
        ofQueries[at] = (row * tokens + i) * distances + place;
        ofKeys[at] = (row * tokens + j) * distances + place;
      }
  }
  const dims = [batch, tokens, tokens];
  return [
    ["query_distances", int32(ofQueries, dims)],
    ["key_distances", int32(ofKeys, dims)],
  ];
}
