// Maps BERT's weights to those of a LUKE encoder, `luke.…` of transformers' LukeModel.

/** Number of rows before the first position: RoBERTa and LUKE count positions from pad_token_id + 1. */
const positionShift = 2;
const positions = 512;
const hidden = 384;
const intermediate = 1536;

export const lukeConfig = (vocabSize, layers) => ({
  vocabSize,
  entityVocabSize: 4,
  hiddenSize: hidden,
  entityEmbSize: hidden,
  numHiddenLayers: layers,
  numAttentionHeads: 12,
  intermediateSize: intermediate,
  hiddenDropoutProb: 0.1,
  attentionProbsDropoutProb: 0.1,
  maxPositionEmbeddings: positions + positionShift,
  typeVocabSize: 1,
  initializerRange: 0.02,
  layerNormEps: 1e-12,
  useEntityAwareAttention: true,
  padTokenId: 1,
});

/** Adds the other weights of transformers' LukeModel: the extra queries, and a pooler of zeros, which no head reads. */
export function completed(weights, layers) {
  const all = new Map(weights);
  for (let layer = 0; layer < layers; layer++) {
    const self = `luke.encoder.layer.${layer}.attention.self`;
    for (const extra of ["w2e_query", "e2w_query", "e2e_query"])
      for (const part of ["weight", "bias"]) all.set(`${self}.${extra}.${part}`, weights.get(`${self}.query.${part}`));
  }
  all.set("luke.pooler.dense.weight", { shape: [hidden, hidden], data: new Float32Array(hidden * hidden) });
  all.set("luke.pooler.dense.bias", { shape: [hidden], data: new Float32Array(hidden) });
  return all;
}

/**
 * @param {(name: string) => Float32Array} read a weight of BERT by its name in the state dict
 * @param {number[]} wordRows by id of the new vocabulary, the row of BERT's word table
 * @param {{ layers: number[], mask: number }} choice the layers that are kept, and the row of `<mask>`
 * @returns {Map<string, { shape: number[], data: Float32Array }>} what LUKE's file needs; the extra queries of
 * entity-aware attention are left out, since whoever opens the folder starts them as copies of `query`
 */
export function lukeWeights(read, wordRows, { layers, mask }) {
  const weights = new Map();
  const set = (name, shape, data) => weights.set(`luke.${name}`, { shape, data });
  const words = read("embeddings.word_embeddings.weight");
  const row = (table, i) => table.subarray(i * hidden, (i + 1) * hidden);
  const table = new Float32Array(wordRows.length * hidden);
  for (const [id, from] of wordRows.entries()) table.set(row(words, from), id * hidden);
  set("embeddings.word_embeddings.weight", [wordRows.length, hidden], table);

  const bertPositions = read("embeddings.position_embeddings.weight");
  const shape = [positions + positionShift, hidden];
  const ofWords = new Float32Array(shape[0] * hidden);
  ofWords.set(bertPositions, positionShift * hidden);
  set("embeddings.position_embeddings.weight", shape, ofWords);
  const tokenType = row(read("embeddings.token_type_embeddings.weight"), 0).slice();
  set("embeddings.token_type_embeddings.weight", [1, hidden], tokenType);
  // An entity is read as if `<mask>` stood where its mention stands; its positions count from 0.
  const entities = new Float32Array(4 * hidden);
  for (const entity of [1, 2, 3]) entities.set(row(words, mask), entity * hidden);
  set("entity_embeddings.entity_embeddings.weight", [4, hidden], entities);
  const ofEntities = new Float32Array(shape[0] * hidden);
  ofEntities.set(bertPositions);
  set("entity_embeddings.position_embeddings.weight", shape, ofEntities);
  set("entity_embeddings.token_type_embeddings.weight", [1, hidden], tokenType.slice());
  for (const part of ["weight", "bias"]) {
    const norm = read(`embeddings.LayerNorm.${part}`);
    set(`embeddings.LayerNorm.${part}`, [hidden], norm);
    set(`entity_embeddings.LayerNorm.${part}`, [hidden], norm.slice());
  }
  const square = [hidden, hidden];
  const sizes = {
    "attention.self.query": square,
    "attention.self.key": square,
    "attention.self.value": square,
    "attention.output.dense": square,
    "attention.output.LayerNorm": [hidden],
    "intermediate.dense": [intermediate, hidden],
    "output.dense": [hidden, intermediate],
    "output.LayerNorm": [hidden],
  };
  for (const [to, from] of layers.entries()) {
    for (const [name, size] of Object.entries(sizes)) {
      set(`encoder.layer.${to}.${name}.weight`, size, read(`encoder.layer.${from}.${name}.weight`));
      set(`encoder.layer.${to}.${name}.bias`, [size[0]], read(`encoder.layer.${from}.${name}.bias`));
    }
  }
  return weights;
}
