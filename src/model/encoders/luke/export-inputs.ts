import {
  add,
  cast,
  concat,
  constant,
  cumSum,
  div,
  equal,
  greaterOrEqual,
  input,
  max,
  mul,
  reduceSum,
  reshape,
  sub,
  type Tensor,
} from "../../../autodiff/index.ts";
import { maskedScore } from "../../../nn/attention-mask.ts";
import type { ExportInputs } from "../encoder.ts";
import type { LukeConfig } from "./config.ts";

const toFloat32 = (x: Tensor): Tensor => cast(x, "float32");
const toInt64 = (x: Tensor): Tensor => cast(x, "int64");

const int64 = (value: number): Tensor => constant([value], [], "int64");
const float32 = (value: number): Tensor => constant([value], [], "float32");

/**
 * Computes inside the graph what `lukeFeeds` computes of a batch: the graph then needs nothing but the output of
 * the tokenizers of `transformers`, and its users need not know of position ids, additive masks and mention weights.
 */
export function exportInputs({ padTokenId }: LukeConfig): ExportInputs {
  const inputIds = input("input_ids", ["batch", "words"], "int64");
  const attentionMask = input("attention_mask", ["batch", "words"], "int64");
  const entityIds = input("entity_ids", ["batch", "entities"], "int64");
  const entityAttentionMask = input("entity_attention_mask", ["batch", "entities"], "int64");
  const entityPositionIds = input("entity_position_ids", ["batch", "entities", "mention"], "int64");

  // Real words count from pad + 1, padding has pad (create_position_ids_from_input_ids of modeling_luke.py).
  const pad = int64(padTokenId);
  const isWord = sub(int64(1), toInt64(equal(inputIds, pad)));
  const positionIds = add(mul(cumSum(isWord, 1), isWord), pad);

  const isKey = toFloat32(concat([attentionMask, entityAttentionMask], 1));
  const bias = mul(sub(float32(1), isKey), float32(maskedScore));

  // 1/count of the mention's positions; 0 on padding, where a slot of padding alone has count 0.
  const isPosition = toFloat32(greaterOrEqual(entityPositionIds, int64(0)));
  const count = max(reduceSum(isPosition, [2], true), float32(1));

  return {
    inputs: [inputIds, attentionMask, entityIds, entityAttentionMask, entityPositionIds],
    derived: new Map([
      ["input_ids", inputIds],
      ["position_ids", positionIds],
      ["attention_bias", reshape(bias, ["batch", 1, 1, "words+entities"])],
      ["entity_ids", entityIds],
      ["entity_position_ids", max(entityPositionIds, int64(0))],
      ["entity_position_weights", div(isPosition, count)],
    ]),
  };
}
