import { gather, reshape } from "../../autodiff/index.ts";
import type { PairFeatures } from "../../nn/pair-features.ts";
import { denseHead, type Head } from "./head.ts";
import { pairWords } from "./mention-words.ts";
import { pairDistance } from "./pair-distance.ts";
import { exportedPairs, pairIndexFeeds, pairIndices } from "./pair-indices.ts";
import { pairDistanceAndProduct, pairProduct, pairWordsDistanceAndProduct } from "./pair-product.ts";

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
  features: (builder, { mentions }) => {
    const width = mentions!.shape[2] as number;
    return reshape(gather(reshape(mentions!, ["batch*entities", width]), pairIndices(builder)), ["pairs", 2 * width]);
  },
  inputs: pairIndexFeeds,
  exported: exportedPairs,
  rowsOf: (encodings) => {
    let end = 0;
    return encodings.map(({ pairs: { length: count } }) => ({ start: (end += count) - count, count }));
  },
});

/** The pair head with the terms of each value of `--pair-features`. */
export const pairHeads: Readonly<Record<PairFeatures, Head>> = {
  states: pairHead,
  distance: denseHead({ ...pairHead, terms: [pairDistance] }),
  product: denseHead({ ...pairHead, terms: [pairProduct] }),
  "distance+product": denseHead({ ...pairHead, terms: [pairDistanceAndProduct] }),
  words: denseHead({ ...pairHead, reads: "both", terms: [pairWords] }),
  "words+distance+product": denseHead({ ...pairHead, reads: "both", terms: [pairWordsDistanceAndProduct] }),
};
