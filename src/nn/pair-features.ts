/** Values of `--pair-features`: the inputs of a pair's classification beside the states of both mentions. */
export const pairFeatureNames = [
  "states",
  "distance",
  "product",
  "distance+product",
  "words",
  "words+distance+product",
] as const;

export type PairFeatures = (typeof pairFeatureNames)[number];
