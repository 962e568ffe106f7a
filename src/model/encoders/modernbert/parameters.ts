import { denseParameters, layerNormParameters, type ParameterSpec } from "../../../nn/parameters.ts";
import type { ModernBertConfig } from "./config.ts";

/** The name of the table of words. */
export const wordTable = "model.embeddings.tok_embeddings.weight";

/** Lists every weight of ModernBERT, in the order in which a text passes them. */
export function modernBertParameters(config: ModernBertConfig): ParameterSpec[] {
  const { vocabSize, hiddenSize: H, intermediateSize: I, padTokenId } = config;
  const { hasNormBias, hasAttentionBias, hasMlpBias } = config;
  const without = (specs: readonly ParameterSpec[], hasBias: boolean): ParameterSpec[] =>
    hasBias ? [...specs] : specs.filter(({ name }) => !name.endsWith(".bias"));
  const norm = (name: string): ParameterSpec[] => without(layerNormParameters(`model.${name}`, H), hasNormBias);
  const layers = Array.from({ length: config.numHiddenLayers }, (_, i) => {
    const dense = (name: string, out: number, inner: number): ParameterSpec[] =>
      without(
        denseParameters(`model.layers.${i}.${name}`, out, inner),
        name.startsWith("attn") ? hasAttentionBias : hasMlpBias,
      );
    return [
      // Of the first layer, the embeddings are normalized already.
      ...(i === 0 ? [] : norm(`layers.${i}.attn_norm`)),
      ...dense("attn.Wqkv", 3 * H, H),
      ...dense("attn.Wo", H, H),
      ...norm(`layers.${i}.mlp_norm`),
      ...dense("mlp.Wi", 2 * I, H),
      ...dense("mlp.Wo", H, I),
    ];
  });
  return [
    { name: wordTable, shape: [vocabSize, H], init: "normal", paddingRow: padTokenId },
    ...norm("embeddings.norm"),
    ...layers.flat(),
    ...norm("final_norm"),
  ];
}
