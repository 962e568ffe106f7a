import type { ParameterSpec } from "../../nn/parameters.ts";

/** Which tensor of a file serves which weight of the model, and why the others are not used. */
export interface Keys {
  /** Names the file's tensor for a weight of the model, copies included; undefined for a missing one. */
  source(name: string): string | undefined;
  /** Weights that the file lacks and that start as copies of others. */
  readonly copied: readonly { readonly name: string; readonly from: string }[];
  /** Weights that the file lacks: `classifier.weight` when a base model is opened to be trained. */
  readonly missing: readonly string[];
  /** Tensors of the file that are no part of any such model known here. */
  readonly unexpected: readonly string[];
  /** Tensors of the file that this model does not need, with the reason why that does no harm. */
  readonly ignored: readonly IgnoredTensor[];
  /** Those of the ignored tensors that not every checkpoint has. */
  readonly notable: readonly IgnoredTensor[];
}

export interface IgnoredTensor {
  readonly name: string;
  readonly reason: string;
}

/** Names of tensors that a model does not need, and the reason. */
export interface IgnoredNames {
  readonly pattern: RegExp;
  readonly reason: string;
  /** False for tensors that every checkpoint has. */
  readonly isWorthNote?: boolean;
}

/**
 * Finds the model's weights among the names of a file, whoever wrote it.
 * @param names of all tensors in the file
 * @param wanted the model's weights
 * @param canonical gives the name that a head class of `transformers` has for a tensor
 */
export function mapKeys(
  names: readonly string[],
  wanted: readonly ParameterSpec[],
  { canonical, ignores }: { readonly canonical: (name: string) => string; readonly ignores: readonly IgnoredNames[] },
): Keys {
  const found = new Map<string, string>();
  for (const name of names) {
    const key = canonical(name);
    // Of two tensors for one weight, the one with the name of `transformers` goes before the others.
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
  const unexpected: string[] = [];
  const ignored: IgnoredTensor[] = [];
  const notable: IgnoredTensor[] = [];
  for (const name of names) {
    if (used.has(name)) continue;
    const key = canonical(name);
    const rule = found.get(key) === name ? ignores.find(({ pattern }) => pattern.test(key)) : undefined;
    if (!rule) {
      unexpected.push(name);
      continue;
    }
    const tensor = { name, reason: rule.reason };
    ignored.push(tensor);
    if (rule.isWorthNote ?? true) notable.push(tensor);
  }
  return { source: (name) => sources.get(name), copied, missing, unexpected, ignored, notable };
}
