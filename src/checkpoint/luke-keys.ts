import type { ParameterSpec } from "../luke/parameters.ts";

/** Which tensor of a file serves which weight of the model, and what becomes of all others. */
export interface LukeKeys {
  /** The file's tensor for a weight of the model, copies included; undefined for one that is missing. */
  source(name: string): string | undefined;
  /** Weights that the file lacks and that start as copies: the extra queries of entity-aware attention. */
  readonly copied: readonly { readonly name: string; readonly from: string }[];
  /** Weights that the file lacks: `classifier.weight` when a base model is opened to be trained. */
  readonly missing: readonly string[];
  /** Tensors of the file that are no part of any LUKE known here. */
  readonly unexpected: readonly string[];
  /** Tensors of the file that this model has no use for, with the reason why that is well. */
  readonly ignored: readonly { readonly name: string; readonly reason: string }[];
}

const encoderPart = /^(?:luke\.|roberta\.|bert\.)?((?:embeddings|entity_embeddings|encoder|pooler)\..+)$/;

/** Whether it is the name of a part of an encoder, of which a model has one each; others, of heads unknown here, do no harm. */
export const isEncoderPart = (name: string): boolean =>
  /(?:^|\.)(?:embeddings|entity_embeddings|encoder|pooler)\./.test(name);

const extraQuery = /\.attention\.self\.(?:w2e|e2w|e2e)_query\./;
/** Every checkpoint has a pooler, so that it is not used is no news. */
export const poolerReason = "no entity head reads it";

const useless: readonly (readonly [name: RegExp, reason: string])[] = [
  [/^(?:lm_head|entity_predictions)\./, "a head of pre-training"],
  [/(?:^|\.)position_ids$/, "a buffer that older versions of transformers wrote"],
  [extraQuery, "use_entity_aware_attention is false in config.json"],
  [/^luke\.pooler\./, poolerReason],
];

/**
 * Finds the model's weights among the names of a file, whoever wrote it: a head class of transformers (`luke.` in front
 * of the encoder), LukeModel (nothing in front), or LUKE's authors (also `roberta.` or `bert.` and LayerNorm's gamma
 * and beta). Missing extra queries are copies of `query`, as the authors load them; transformers would draw them at random.
 * @param names of all tensors in the file
 * @param wanted the model's weights
 */
export function mapLukeKeys(names: readonly string[], wanted: readonly ParameterSpec[]): LukeKeys {
  const found = new Map<string, string>();
  for (const name of names) {
    const key = canonicalKey(name);
    // Of two that stand for one weight, the name of transformers' own goes before the others.
    if (name === key || !found.has(key)) found.set(key, name);
  }
  const sources = new Map<string, string>();
  const copied: { name: string; from: string }[] = [];
  const missing: string[] = [];
  for (const { name, init } of wanted) {
    const own = found.get(name);
    const from = own === undefined && typeof init === "object" ? found.get(init.copyOf) : undefined;
    if (from !== undefined) copied.push({ name, from });
    if (own === undefined && from === undefined) missing.push(name);
    else sources.set(name, (own ?? from)!);
  }
  const used = new Set(sources.values());
  // A layer too many, say, is not explained by a flag that is true.
  const reasons = wanted.some(({ name }) => extraQuery.test(name))
    ? useless.filter(([pattern]) => pattern !== extraQuery)
    : useless;
  const unexpected: string[] = [];
  const ignored: { name: string; reason: string }[] = [];
  for (const name of names) {
    if (used.has(name)) continue;
    const key = canonicalKey(name);
    const reason = found.get(key) === name && reasons.find(([pattern]) => pattern.test(key))?.[1];
    if (reason) ignored.push({ name, reason });
    else unexpected.push(name);
  }
  return { source: (name) => sources.get(name), copied, missing, unexpected, ignored };
}

/** What transformers' head classes call it. */
function canonicalKey(name: string): string {
  const renamed = name
    .replace(/(LayerNorm|layer_norm)\.gamma$/, "$1.weight")
    .replace(/(LayerNorm|layer_norm)\.beta$/, "$1.bias");
  const part = encoderPart.exec(renamed)?.[1];
  return part === undefined ? renamed : `luke.${part}`;
}
