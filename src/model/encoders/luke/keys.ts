import type { ParameterSpec } from "../../../nn/parameters.ts";
import { type IgnoredNames, type Keys, mapKeys } from "../keys.ts";

const encoderPart = /^(?:luke\.|roberta\.|bert\.)?((?:embeddings|entity_embeddings|encoder|pooler)\..+)$/;

/** Whether a name is that of a part of an encoder; tensors of unknown heads do no harm. */
export const isEncoderPart = (name: string): boolean =>
  /(?:^|\.)(?:embeddings|entity_embeddings|encoder|pooler)\./.test(name);

const extraQuery = /\.attention\.self\.(?:w2e|e2w|e2e)_query\./;

const ignoredNames: readonly IgnoredNames[] = [
  { pattern: /^(?:lm_head|entity_predictions)\./, reason: "a head of pre-training" },
  { pattern: /(?:^|\.)position_ids$/, reason: "a buffer that older versions of transformers wrote" },
  { pattern: extraQuery, reason: "use_entity_aware_attention is false in config.json" },
  // Not worth a note: every checkpoint has an unused pooler.
  { pattern: /^luke\.pooler\./, reason: "no entity head reads it", isWorthNote: false },
];

/**
 * Finds the model's weights among the names of a file, whoever wrote it: a head class of transformers (`luke.` in front
 * of the encoder), LukeModel (nothing in front), or LUKE's authors (also `roberta.` or `bert.` and LayerNorm's gamma
 * and beta). Missing extra queries are copies of `query`, as the authors load them; transformers would draw them at
 * random.
 */
export function mapLukeKeys(names: readonly string[], wanted: readonly ParameterSpec[]): Keys {
  // An extra query beyond the last layer is unexpected where the flag is true: the flag does not explain it.
  const isAware = wanted.some(({ name }) => extraQuery.test(name));
  const ignores = isAware ? ignoredNames.filter(({ pattern }) => pattern !== extraQuery) : ignoredNames;
  return mapKeys(names, wanted, { canonical: canonicalKey, ignores });
}

/** Gives the name that transformers' head classes have for a tensor. */
function canonicalKey(name: string): string {
  const renamed = name
    .replace(/(LayerNorm|layer_norm)\.gamma$/, "$1.weight")
    .replace(/(LayerNorm|layer_norm)\.beta$/, "$1.bias");
  const part = encoderPart.exec(renamed)?.[1];
  return part === undefined ? renamed : `luke.${part}`;
}
