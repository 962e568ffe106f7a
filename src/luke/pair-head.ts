import { gather, reshape } from "../autodiff/index.ts";
import type { Head } from "./head.ts";
import { pairDistance } from "./pair-distance.ts";
import { pairDistanceAndProduct, pairProduct } from "./pair-product.ts";

/**
 * Entity pair classification (LukeForEntityPairClassification): the states of head and tail side by side. `pairs`
 * [pairs, 2] holds indexes into the flattened [batch*entities], so a text may have any number of entities and pairs;
 * the one-pair-per-text input of `transformers` is the case entities = 2, pairs = batch. Its classifier has no bias.
 */
export const pairHead: Head = {
  name: "pair",
  architecture: "LukeForEntityPairClassification",
  reads: "entities",
  rows: "pairs",
  statesPerRow: 2,
  bias: false,
  features: (builder, { entities }, H) => {
    const pairs = builder.input("pairs", ["pairs", 2], "int32");
    return reshape(gather(reshape(entities, ["batch*entities", H]), pairs), ["pairs", 2 * H]);
  },
  rowsOf: (encodings) => {
    let end = 0;
    return encodings.map(({ pairs: { length: count } }) => ({ start: (end += count) - count, count }));
  },
};

/** Names the inputs of the pair classifier: the states of both mentions, as in `transformers`, and terms beside them. */
export type PairFeatures = "states" | "distance" | "product" | "distance+product";

export const pairHeads: Readonly<Record<PairFeatures, Head>> = {
  states: pairHead,
  distance: { ...pairHead, terms: [pairDistance] },
  product: { ...pairHead, terms: [pairProduct] },
  "distance+product": { ...pairHead, terms: [pairDistanceAndProduct] },
};
