import { gather, reshape } from "../../autodiff/index.ts";
import { int32 } from "../../runtime/values.ts";
import { denseHead, type Head } from "./head.ts";
import { pairDistance } from "./pair-distance.ts";
import { pairDistanceAndProduct, pairProduct } from "./pair-product.ts";

/**
 * Classifies the states of head and tail side by side, as `LukeForEntityPairClassification` does: without a bias. `pairs`
 * [pairs, 2] holds indexes into the flattened [batch*entities], so a text may have any number of mentions and pairs;
 * the one-pair-per-text input of `transformers` is the case entities = 2, pairs = batch.
 */
export const pairHead: Head = denseHead({
  name: "pair",
  reads: "mentions",
  rows: "pairs",
  statesPerRow: 2,
  bias: false,
  features: (builder, { mentions }, H) => {
    const pairs = builder.input("pairs", ["pairs", 2], "int32");
    return reshape(gather(reshape(mentions, ["batch*entities", H]), pairs), ["pairs", 2 * H]);
  },
  inputs: ({ pairs, pairCount }) => new Map([["pairs", int32(pairs, [pairCount, 2])]]),
  rowsOf: (encodings) => {
    let end = 0;
    return encodings.map(({ pairs: { length: count } }) => ({ start: (end += count) - count, count }));
  },
});

/** Names the inputs of the pair classifier: the states of both mentions, as in `transformers`, and terms beside them. */
export type PairFeatures = "states" | "distance" | "product" | "distance+product";

export const pairHeads: Readonly<Record<PairFeatures, Head>> = {
  states: pairHead,
  distance: denseHead({ ...pairHead, terms: [pairDistance] }),
  product: denseHead({ ...pairHead, terms: [pairProduct] }),
  "distance+product": denseHead({ ...pairHead, terms: [pairDistanceAndProduct] }),
};
