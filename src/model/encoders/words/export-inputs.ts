import {
  add,
  cast,
  cumSum,
  div,
  equal,
  expand,
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
  float32,
  int64,
  meanWeights,
  toInt64,
  type GivenInputs,
} from "../../../nn/given-inputs.ts";
import type { ExportReading } from "../encoder.ts";
import { exportedMarkers } from "../markers/export-inputs.ts";
import type { WordsConfig } from "./config.ts";
import type { WordFamily } from "./family.ts";

/** Computes inside the graph what `wordsFeeds` computes of a batch. */
export function exportInputs(
  { positions }: WordFamily,
  { padTokenId, levitated }: WordsConfig,
  given: GivenInputs,
  reading: ExportReading,
): ReadonlyMap<string, Tensor> {
  const inputIds = given.get("input_ids");
  const pad = int64(padTokenId);
  const isWord = sub(int64(1), toInt64(equal(inputIds, pad)));
  const positionIds = positions === "after padding" ? add(mul(cumSum(isWord, 1), isWord), pad) : placesOfWords();
  const placed = ["position_ids", positionIds] as const;
  if (!levitated) return new Map([...textInputs(given, reading), placed]);
  return new Map([["input_ids", inputIds], placed, ...exportedMarkers(given, positionIds, levitated.attention)]);
}

/** 0, 1, 2, … in every text, [batch, words]. */
export const placesOfWords = (): Tensor => expand(reshape(countUp("words"), [1, "words"]), ["batch", "words"]);

/** The part that every encoder without entities has. */
export function textInputs(given: GivenInputs, reading: ExportReading): ReadonlyMap<string, Tensor> {
  const mask = cast(given.get("attention_mask"), "float32");
  const bias = mul(sub(float32(1), mask), float32(maskedScore));
  return new Map([
    ["input_ids", given.get("input_ids")],
    ["attention_bias", reshape(bias, ["batch", 1, 1, "words"])],
    ...(reading.reads === "words" ? [] : ([["mention_weights", mentionWeights(given, reading)]] as const)),
  ]);
}

/** The weight of each word in the state of each mention, [batch, entities, words], as `mentionWeights` of feeds makes it. */
function mentionWeights(given: GivenInputs, { mentions }: ExportReading): Tensor {
  if (mentions !== "spans") {
    const opened = mentions === "markers" ? given.get("marker_positions") : firstPlaces(given);
    return cast(isAt(reshape(opened, ["batch", "entities", 1]), [1, 1, "words"]), "float32");
  }
  const positions = given.get("entity_position_ids");
  const isWord = isAt(reshape(positions, ["batch", "entities", "mention", 1]), [1, 1, 1, "words"]);
  return div(reduceSum(cast(isWord, "float32"), [2]), meanWeights(given).count);
}

const isAt = (places: Tensor, shape: readonly (number | string)[]): Tensor =>
  equal(places, reshape(countUp("words"), shape));
