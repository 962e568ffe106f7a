import type { ParameterSpec } from "../../../nn/parameters.ts";
import { type IgnoredNames, type Keys, mapKeys } from "../keys.ts";
import type { WordFamily } from "./family.ts";

const encoderPart = /^(?:bert\.|roberta\.|distilbert\.)?((?:embeddings|encoder|transformer|pooler)\..+)$/;

/** Whether it is the name of a part of an encoder; tensors of heads that are unknown here do no harm. */
export const isEncoderPart = (name: string): boolean =>
  /(?:^|\.)(?:embeddings|encoder|transformer|pooler)\./.test(name);

const ignoredNames: readonly IgnoredNames[] = [
  { pattern: /^(?:cls|lm_head|vocab_(?:transform|layer_norm|projector))\./, reason: "a head of pre-training" },
  {
    pattern: /\.embeddings\.(?:position|token_type)_ids$/,
    reason: "a buffer that older versions of transformers wrote",
  },
  // Not worth a note: most checkpoints have an unused pooler.
  { pattern: /\.pooler\./, reason: "no head reads it", isWorthNote: false },
];

/**
 * Finds the model's weights among the names of a file, whoever wrote it: a class of `transformers` with a head (the prefix
 * in front), the bare encoder, as sentence-transformers saves it too (nothing in front), or a file of before LayerNorm's
 * gamma and beta were renamed.
 */
export const mapWordsKeys = (
  { prefix }: WordFamily,
  names: readonly string[],
  wanted: readonly ParameterSpec[],
): Keys =>
  mapKeys(names, wanted, {
    canonical(name) {
      const renamed = name
        .replace(/LayerNorm\.gamma$/, "LayerNorm.weight")
        .replace(/LayerNorm\.beta$/, "LayerNorm.bias");
      const part = encoderPart.exec(renamed)?.[1];
      return part === undefined ? renamed : `${prefix}.${part}`;
    },
    ignores: ignoredNames,
  });
