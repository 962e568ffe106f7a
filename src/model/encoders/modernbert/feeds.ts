import { type Feeds, float32, int32, type TensorValue } from "../../../runtime/values.ts";
import type { Batch } from "../../../tokenization/inputs/collate.ts";
import { markedBatch, markerFeeds } from "../markers/levitated.ts";
import { textFeeds } from "../words/feeds.ts";
import { firstAngles } from "./angles.ts";
import type { ModernBertConfig } from "./config.ts";

/** The values of the graph inputs that `modernBertStates` reads. */
export function modernBertFeeds(batch: Batch, config: ModernBertConfig): Feeds {
  const { levitated, padTokenId } = config;
  const size = [batch.batch, batch.words];
  const positionIds = Int32Array.from(batch.inputIds, (_, i) => i % batch.words);
  const placed = ["position_ids", int32(positionIds, size)] as const;
  const tokens = batch.words + (levitated ? 2 * batch.entities : 0);
  const angles = [...angleFeeds(tokens, "global", config), ...angleFeeds(tokens, "local", config)];
  if (!levitated) return new Map([...textFeeds(batch), placed, ...angles]);
  const marked = markedBatch(batch, positionIds, levitated.attention, { id: padTokenId, position: 0 });
  const words = ["input_ids", int32(batch.inputIds, size)] as const;
  return new Map([words, placed, ...markerFeeds(batch, marked), ...angles]);
}

function angleFeeds(
  rows: number,
  kind: "global" | "local",
  { hiddenSize, numAttentionHeads, globalTheta, localTheta }: ModernBertConfig,
): [string, TensorValue][] {
  const headSize = hiddenSize / numAttentionHeads;
  const { cos, sin } = firstAngles(rows, headSize, kind === "global" ? globalTheta : localTheta);
  const dims = [rows, headSize / 2];
  return [
    [`${kind}_cos`, float32(cos, dims)],
    [`${kind}_sin`, float32(sin, dims)],
  ];
}
