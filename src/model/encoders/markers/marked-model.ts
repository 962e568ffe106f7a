import { typeWords } from "../../../tokenization/inputs/typed-markers.ts";
import type { EncoderConfig, MentionMarkers, WeightedEncoder } from "../encoder.ts";
import { WordsTokenizer } from "../words/tokenizer.ts";
import { grownTable } from "./grown-table.ts";
import { type LevitatedMarkers, withLevitated } from "./levitated.ts";
import { levitatedMarkers, pairMarkers } from "./marker-tokens.ts";

/** The sizes of an encoder that can read levitated markers. */
export interface MarkedConfig extends EncoderConfig {
  readonly levitated?: LevitatedMarkers | undefined;
}

/**
 * Shows mentions by these markers. New tokens follow the vocabulary: levitated ones start as the mean of the pieces of
 * their type's name, as `mask` for mentions without a type; `[E1]` and its like as the signs that plain markers are.
 * @param table the name of the table of words
 */
export function withMarkerTokens<Model extends WeightedEncoder<MarkedConfig>>(
  table: string,
  model: Model,
  { hasTokens, levitated, types }: MentionMarkers,
): Model {
  if (!(model.tokenizer instanceof WordsTokenizer))
    throw new Error("internal: an encoder of words has another's tokenizer");
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
  const rows = grownTable(model.weights.get(table)!, tokenizer.words.vocabSize - added.length, added);
  // Set in place of the old one, so that the order of the weights stays that of the model.
  const weights = new Map(model.weights).set(table, rows);
  return { ...model, tokenizer, weights, config: { ...config, vocabSize: rows.shape[0]! } };
}
