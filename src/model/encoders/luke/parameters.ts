import { denseParameters, layerNormParameters, type ParameterSpec } from "../../../nn/parameters.ts";
import { postNormParameters } from "../../../nn/post-norm-layer.ts";
import type { LukeConfig } from "./config.ts";

/** LUKE's entity table: a row for each entity of its vocabulary. */
export const entityTable = "luke.entity_embeddings.entity_embeddings.weight";

/** LUKE's word table. */
export const wordTable = "luke.embeddings.word_embeddings.weight";

/** The extra queries start as copies of `query`, as LUKE's authors load them; random ones would undo pre-training. */
const queryCopy = (self: string, name: string, size: number): ParameterSpec[] =>
  denseParameters(`${self}.${name}`, size, size).map((spec) => ({
    ...spec,
    init: { copyOf: spec.name.replace(name, "query") },
  }));

function encoderLayer(i: number, config: LukeConfig): ParameterSpec[] {
  const { hiddenSize: H } = config;
  const layer = `luke.encoder.layer.${i}`;
  const self = `${layer}.attention.self`;
  const extra = config.useEntityAwareAttention ? ["w2e_query", "e2w_query", "e2e_query"] : [];
  return postNormParameters(layer, config, [
    ...["query", "key", "value"].flatMap((name) => denseParameters(`${self}.${name}`, H, H)),
    ...extra.flatMap((name) => queryCopy(self, name, H)),
  ]);
}

/** Lists every weight of the encoder, in the order in which a text passes them. */
export function encoderParameters(config: LukeConfig): ParameterSpec[] {
  const { hiddenSize: H, entityEmbSize: E, maxPositionEmbeddings: P, typeVocabSize: T, padTokenId } = config;
  const words = "luke.embeddings";
  const entities = "luke.entity_embeddings";
  return [
    { name: wordTable, shape: [config.vocabSize, H], init: "normal", paddingRow: padTokenId },
    { name: `${words}.position_embeddings.weight`, shape: [P, H], init: "normal", paddingRow: padTokenId },
    { name: `${words}.token_type_embeddings.weight`, shape: [T, H], init: "normal" },
    ...layerNormParameters(`${words}.LayerNorm`, H),
    {
      name: entityTable,
      shape: [config.entityVocabSize, E],
      init: "normal",
      // transformers builds this table with padding_idx=0, whichever entity has id 0 (LukeEntityEmbeddings).
      paddingRow: 0,
      // Entities that stand for types start anew as the head does, and learn at its rate.
      ...(config.hasNewEntities ? { isOfHead: true } : {}),
    },
    ...(E === H ? [] : [{ name: `${entities}.entity_embedding_dense.weight`, shape: [H, E], init: "normal" as const }]),
    { name: `${entities}.position_embeddings.weight`, shape: [P, H], init: "normal" },
    { name: `${entities}.token_type_embeddings.weight`, shape: [T, H], init: "normal" },
    ...layerNormParameters(`${entities}.LayerNorm`, H),
    ...Array.from({ length: config.numHiddenLayers }, (_, i) => encoderLayer(i, config)).flat(),
    ...denseParameters("luke.pooler.dense", H, H).map((spec) => ({ ...spec, trainable: false })),
  ];
}
