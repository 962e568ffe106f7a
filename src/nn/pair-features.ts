/** Values of `--pair-features`: a pair is classified by the states of both mentions, as in `transformers`, and what is named here. */
export const pairFeatureNames = [
  "states",
  "distance",
  "product",
  "distance+product",
  "words",
  "words+distance+product",
] as const;

export type PairFeatures = (typeof pairFeatureNames)[number];
