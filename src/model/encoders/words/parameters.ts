import { bertProjections } from "../../../nn/attention.ts";
import { denseParameters, layerNormParameters, type ParameterSpec } from "../../../nn/parameters.ts";
import { postNormParameters } from "../../../nn/post-norm-layer.ts";
import type { WordsConfig } from "./config.ts";
import type { WordFamily } from "./family.ts";

/** The name of the table of words. */
export const wordTable = ({ prefix }: WordFamily): string => `${prefix}.embeddings.word_embeddings.weight`;

/** Lists every weight of the encoder, in the order in which a text passes them. */
export function wordsParameters(family: WordFamily, config: WordsConfig): ParameterSpec[] {
  const { prefix, positions, layers: names } = family;
  const { hiddenSize: H, padTokenId } = config;
  const embeddings = `${prefix}.embeddings`;
  const layers = Array.from({ length: config.numHiddenLayers }, (_, i) => {
    const layer = `${prefix}.${names?.path ?? "encoder.layer"}.${i}`;
    const { query, key, value } = names?.projections ?? bertProjections;
    const projections = [query, key, value].flatMap((name) =>
      denseParameters(`${layer}.${names?.attention ?? "attention.self"}.${name}`, H, H),
    );
    return postNormParameters(layer, config, projections, names?.parts);
  });
  return [
    {
      name: wordTable(family),
      shape: [config.vocabSize, H],
      init: "normal",
      paddingRow: padTokenId,
    },
    {
      name: `${embeddings}.position_embeddings.weight`,
      shape: [config.maxPositionEmbeddings, H],
      init: "normal",
      ...(positions === "after padding" ? { paddingRow: padTokenId } : {}),
    },
    ...(family.hasTokenTypes === false
      ? []
      : [
          {
            name: `${embeddings}.token_type_embeddings.weight`,
            shape: [config.typeVocabSize, H],
            init: "normal" as const,
          },
        ]),
    ...layerNormParameters(`${embeddings}.LayerNorm`, H),
    ...layers.flat(),
    ...(family.hasPooler === false
      ? []
      : denseParameters(`${prefix}.pooler.dense`, H, H).map((spec) => ({ ...spec, trainable: false }))),
  ];
}
