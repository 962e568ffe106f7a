import { denseParameters, layerNormParameters, type ParameterSpec } from "../../../nn/parameters.ts";
import { postNormParameters } from "../../../nn/post-norm-layer.ts";
import type { DebertaConfig } from "./config.ts";

/** The name of the table of words. */
export const wordTable = "deberta.embeddings.word_embeddings.weight";

/** Lists every weight of DeBERTa-v3, in the order in which a text passes them. */
export function debertaParameters(config: DebertaConfig): ParameterSpec[] {
  const { hiddenSize: H, padTokenId } = config;
  const layers = Array.from({ length: config.numHiddenLayers }, (_, i) => {
    const layer = `deberta.encoder.layer.${i}`;
    const projections = ["query_proj", "key_proj", "value_proj"].flatMap((name) =>
      denseParameters(`${layer}.attention.self.${name}`, H, H),
    );
    return postNormParameters(layer, config, projections);
  });
  return [
    {
      name: wordTable,
      shape: [config.vocabSize, H],
      init: "normal",
      paddingRow: padTokenId,
    },
    ...layerNormParameters("deberta.embeddings.LayerNorm", H),
    { name: "deberta.encoder.rel_embeddings.weight", shape: [2 * config.positionBuckets, H], init: "normal" },
    ...layerNormParameters("deberta.encoder.LayerNorm", H),
    ...layers.flat(),
  ];
}
