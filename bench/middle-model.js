/** The config of a made-up model between luke-mini and luke-base: four layers of 256. */
export const middleModel = {
  hiddenSize: 256,
  entityEmbSize: 256,
  numHiddenLayers: 4,
  intermediateSize: 1024,
  numAttentionHeads: 4,
};
