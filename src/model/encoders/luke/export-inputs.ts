import { add, cast, concat, cumSum, div, equal, mul, reshape, sub, type Tensor } from "../../../autodiff/index.ts";
import { maskedScore } from "../../../nn/attention-mask.ts";
import { float32, int64, meanWeights, mentionPlaces, toInt64, type GivenInputs } from "../../../nn/given-inputs.ts";
import type { ExportReading } from "../encoder.ts";
import type { LukeConfig } from "./config.ts";

const biasOf = (isKey: Tensor): Tensor => mul(sub(float32(1), cast(isKey, "float32")), float32(maskedScore));

/**
 * Computes inside the graph what `lukeFeeds` computes of a batch: the graph then needs nothing but the output of
 * the tokenizers of `transformers`, and its users need not know of position ids, additive masks and mention weights.
 */
export function exportInputs(
  { padTokenId }: LukeConfig,
  given: GivenInputs,
  { reads }: ExportReading,
): ReadonlyMap<string, Tensor> {
  const inputIds = given.get("input_ids");
  const attentionMask = given.get("attention_mask");

  // Real words count from pad + 1, padding has pad (create_position_ids_from_input_ids of modeling_luke.py).
  const pad = int64(padTokenId);
  const isWord = sub(int64(1), toInt64(equal(inputIds, pad)));
  const words: [string, Tensor][] = [
    ["input_ids", inputIds],
    ["position_ids", add(mul(cumSum(isWord, 1), isWord), pad)],
  ];
  if (reads === "words")
    return new Map([...words, ["attention_bias", reshape(biasOf(attentionMask), ["batch", 1, 1, "words"])]]);

  const isKey = concat([attentionMask, given.get("entity_attention_mask")], 1);
  const { isWord: isOfMention, count } = meanWeights(given);
  return new Map([
    ...words,
    ["attention_bias", reshape(biasOf(isKey), ["batch", 1, 1, "words+entities"])],
    ["entity_ids", given.get("entity_ids")],
    ["entity_position_ids", mentionPlaces(given)],
    ["entity_position_weights", div(isOfMention, count)],
  ]);
}
