import { add, cast, constant, cumSum, equal, input, mul, reshape, sub, type Tensor } from "../../../autodiff/index.ts";
import { maskedScore } from "../../../nn/attention-mask.ts";
import type { ExportInputs } from "../encoder.ts";
import type { WordsConfig } from "./config.ts";
import type { WordFamily } from "./family.ts";

const int64 = (value: number): Tensor => constant([value], [], "int64");
const float32 = (value: number): Tensor => constant([value], [], "float32");
const toInt64 = (x: Tensor): Tensor => cast(x, "int64");

/**
 * Computes inside the graph what `wordsFeeds` computes of a batch of marked texts. Beside the arguments of `forward` in
 * `transformers` there is `marker_positions` [batch, entities]: the place of the opening marker of each mention in
 * `input_ids`.
 */
export function exportInputs({ positions }: WordFamily, { padTokenId }: WordsConfig): ExportInputs {
  const { inputs, derived, places } = textInputs();
  const pad = int64(padTokenId);
  const isWord = sub(int64(1), toInt64(equal(inputs[0]!, pad)));
  const positionIds = positions === "after padding" ? add(mul(cumSum(isWord, 1), isWord), pad) : places;
  return { inputs, derived: new Map([...derived, ["position_ids", positionIds]]) };
}

/** The part that every encoder without entities has, and the place of each word in its text, [batch, words]. */
export function textInputs(): ExportInputs & { readonly places: Tensor } {
  const inputIds = input("input_ids", ["batch", "words"], "int64");
  const attentionMask = input("attention_mask", ["batch", "words"], "int64");
  const markerPositions = input("marker_positions", ["batch", "entities"], "int64");

  // 0, 1, 2, … in every text.
  const places = sub(cumSum(toInt64(equal(inputIds, inputIds)), 1), int64(1));
  const bias = mul(sub(float32(1), cast(attentionMask, "float32")), float32(maskedScore));
  const isMarker = equal(reshape(markerPositions, ["batch", "entities", 1]), reshape(places, ["batch", 1, "words"]));
  return {
    places,
    inputs: [inputIds, attentionMask, markerPositions],
    derived: new Map([
      ["input_ids", inputIds],
      ["attention_bias", reshape(bias, ["batch", 1, 1, "words"])],
      ["mention_weights", cast(isMarker, "float32")],
    ]),
  };
}
