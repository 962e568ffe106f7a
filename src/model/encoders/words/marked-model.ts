import { typeWords } from "../../../tokenization/inputs/typed-markers.ts";
import type { MentionMarkers, WeightedEncoder } from "../encoder.ts";
import { grownTable } from "../markers/grown-table.ts";
import { levitatedMarkers, pairMarkers } from "../markers/marker-tokens.ts";
import { withLevitated, type WordsConfig } from "./config.ts";
import type { WordFamily } from "./family.ts";
import { wordTable } from "./parameters.ts";
import { WordsTokenizer } from "./tokenizer.ts";

/**
 * Shows mentions by these markers. New tokens follow the vocabulary: levitated ones start as the mean of the pieces of
 * their type's name, as `mask` for mentions without a type; `[E1]` and its like as the signs that plain markers are.
 */
export function withWordMarkers<Model extends WeightedEncoder<WordsConfig>>(
  family: WordFamily,
  model: Model,
  { hasTokens, levitated, types }: MentionMarkers,
): Model {
  if (!(model.tokenizer instanceof WordsTokenizer)) throw new Error(`internal: ${family.name} has another's tokenizer`);
  const { ent, ent2, mask } = model.tokenizer.words.specialTokenIds;
  const starts = new Map<string, readonly number[]>();
  if (hasTokens) for (const [i, token] of pairMarkers.entries()) starts.set(token, [i < 2 ? ent : ent2]);
  if (levitated) {
    for (const type of ["", ...types]) {
      const pieces = model.tokenizer.words.encode(typeWords(type));
      for (const token of levitatedMarkers(type)) starts.set(token, pieces.length === 0 ? [mask] : pieces);
    }
  }
  const tokenizer = model.tokenizer.withMarkers([...starts.keys()]);
  const config = { ...model.config, ...withLevitated(model.config.hiddenSize, levitated) };
  const known = model.tokenizer.markers.length;
  const added = tokenizer.markers.slice(known).map((token) => starts.get(token)!);
  const table = wordTable(family);
  const rows = grownTable(model.weights.get(table)!, tokenizer.words.vocabSize - added.length, added);
  // Set in place of the old one, so that the order of the weights stays that of the model.
  const weights = new Map(model.weights).set(table, rows);
  return { ...model, tokenizer, weights, config: { ...config, vocabSize: rows.shape[0]! } };
}
