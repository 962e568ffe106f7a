import {
  add,
  constant,
  gather,
  greaterOrEqual,
  linear,
  max,
  mul,
  neg,
  reduceSum,
  reshape,
  split,
  sub,
  type Tensor,
} from "../../autodiff/index.ts";
import { firstPlaces, int64, toInt64, type GivenInputs } from "../../nn/given-inputs.ts";
import type { GraphBuilder } from "../../nn/graph-builder.ts";
import { type Feeds, int32 } from "../../runtime/values.ts";
import type { Batch } from "../../tokenization/inputs/collate.ts";
import type { LogitTerm, StateSizes } from "./head.ts";

/** The number of buckets of distances in one direction. */
const bucketsPerDirection = 16;

/**
 * Sorts the distances between head and tail into buckets, [pairs]: in words, from the first of one to the first of the
 * other. Each doubling of the distance, up to some 180 words, has two buckets; they count from 0 if the tail comes
 * later, from 16 if it comes first.
 */
export function distanceBuckets({ pairs, pairCount, mention, entityPositionIds }: Batch): Int32Array {
  const place = (slot: number): number => entityPositionIds[slot * mention]!;
  return Int32Array.from({ length: pairCount }, (_, pair) => {
    const distance = place(pairs[2 * pair + 1]!) - place(pairs[2 * pair]!);
    const bucket = bucketOf(Math.abs(distance));
    return distance < 0 ? bucketsPerDirection + bucket : bucket;
  });
}

const bucketOf = (distance: number): number =>
  Math.min(bucketsPerDirection - 1, Math.floor(2 * Math.log2(1 + distance)));

/** Computes the buckets in an exported graph: as many as the distance has reached the beginnings of. */
function exportedDistance(given: GivenInputs): ReadonlyMap<string, Tensor> {
  const begins: number[] = [];
  for (let distance = 1; begins.length < bucketsPerDirection - 1; distance++)
    while (begins.length < bucketOf(distance)) begins.push(distance);
  const places = reshape(firstPlaces(given), ["batch*entities"]);
  const [head, tail] = split(given.get("pairs"), 1, [1, 1]).map((slot) => gather(places, slot)) as [Tensor, Tensor];
  const distance = sub(tail, head);
  const reached = greaterOrEqual(max(distance, neg(distance)), constant(begins, [begins.length], "int64"));
  const isBefore = sub(int64(1), toInt64(greaterOrEqual(reshape(distance, ["pairs"]), int64(0))));
  const bucket = add(reduceSum(toInt64(reached), [1]), mul(isBefore, int64(bucketsPerDirection)));
  return new Map([["pair_distance", bucket]]);
}

const embeddings = "pair_distance_embeddings.weight";
const dense = "pair_distance_classifier.weight";

/** The bucket of each pair's distance, fed or computed in an exported graph. */
export const distanceInputs: Required<Pick<LogitTerm, "inputs" | "exported">> = {
  inputs: (batch: Batch): Feeds => new Map([["pair_distance", int32(distanceBuckets(batch), [batch.pairCount])]]),
  exported: exportedDistance,
};

/**
 * Logits from the distance of head and tail alone: an embedding of its bucket and a dense layer without bias.
 * A bare table of a number for each bucket and label learns too slowly beside the rest of the model.
 */
export const pairDistance: LogitTerm = {
  name: "distance",
  parameters: ({ hiddenSize }, numLabels) => [
    { name: embeddings, shape: [2 * bucketsPerDirection, hiddenSize], init: "normal" },
    { name: dense, shape: [numLabels, hiddenSize], init: "normal" },
  ],
  logits: (builder, _, sizes) => readDistance(builder, sizes).logits,
  ...distanceInputs,
};

/** Builds the embeddings of the pairs' distances [pairs, hidden], and logits of them [pairs, labels]. */
export function readDistance(
  builder: GraphBuilder,
  { hiddenDropoutProb }: StateSizes,
): { readonly rows: Tensor; readonly logits: Tensor } {
  const rows = gather(builder.parameter(embeddings), builder.input("pair_distance", ["pairs"], "int32"));
  builder.recordLookup(embeddings, rows, "pair_distance");
  const logits = linear(builder.dropout(rows, hiddenDropoutProb, "pair_distance"), builder.parameter(dense));
  return { rows, logits };
}
