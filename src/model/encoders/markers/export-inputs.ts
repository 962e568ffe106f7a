import {
  add,
  cast,
  concat,
  equal,
  expand,
  gather,
  max,
  mul,
  reduceSum,
  reshape,
  sub,
  type Tensor,
} from "../../../autodiff/index.ts";
import { maskedScore } from "../../../nn/attention-mask.ts";
import {
  countUp,
  firstPlaces,
  flattened,
  float32,
  int64,
  meanWeights,
  toInt64,
  type GivenInputs,
} from "../../../nn/given-inputs.ts";
import { markedDim, type LevitatedMarkers } from "./levitated.ts";

const markers = "entities+entities";

/** The places in the text of the first and the last word of each mention, [batch, entities]. */
export function markedPlaces(given: GivenInputs): { readonly opening: Tensor; readonly closing: Tensor } {
  const opening = firstPlaces(given);
  // The words of a mention stand one after the other.
  const count = max(reduceSum(toInt64(meanWeights(given).isWord), [2]), int64(1));
  return { opening, closing: add(opening, sub(count, int64(1))) };
}

/**
 * Computes inside the graph the markers that `markedBatch` makes, and the attention bias of words and markers.
 * @param positionIds of the words, [batch, words]
 */
export function exportedMarkers(
  given: GivenInputs,
  positionIds: Tensor,
  attention: LevitatedMarkers["attention"],
): ReadonlyMap<string, Tensor> {
  const places = markedPlaces(given);
  const flat = reshape(positionIds, ["batch*words"]);
  const positionsOf = (side: Tensor): Tensor => gather(flat, flattened(side, "words"));
  const ids = given.get("entity_ids");
  return new Map([
    ["opening_marker_ids", ids],
    ["closing_marker_ids", add(ids, int64(1))],
    ["opening_marker_positions", positionsOf(places.opening)],
    ["closing_marker_positions", positionsOf(places.closing)],
    ["attention_bias", bias(given, attention)],
  ]);
}

/** Lets every token attend to words, and a marker to its partner and itself, or to all markers: [batch, 1, n, n]. */
function bias(given: GivenInputs, attention: LevitatedMarkers["attention"]): Tensor {
  const words = cast(given.get("attention_mask"), "float32");
  const own = cast(given.get("entity_attention_mask"), "float32");
  const both = mul(reshape(own, ["batch", "entities", 1]), reshape(own, ["batch", 1, "entities"]));
  const slots = countUp("entities");
  const isSame = cast(equal(reshape(slots, ["entities", 1]), reshape(slots, [1, "entities"])), "float32");
  const side = attention === "all" ? both : mul(both, isSame);
  const row = concat([side, side], 2);
  const none = expand(reshape(float32(0), [1, 1, 1]), ["batch", "words", markers]);
  const toMarkers = concat([none, concat([row, row], 1)], 1);
  const toWords = expand(reshape(words, ["batch", 1, "words"]), ["batch", markedDim, "words"]);
  const mayAttend = concat([toWords, toMarkers], 2);
  return reshape(mul(sub(float32(1), mayAttend), float32(maskedScore)), ["batch", 1, markedDim, markedDim]);
}
