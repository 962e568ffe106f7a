import { emptyLengthReport } from "../../../tokenization/inputs/length-report.ts";
import type { InputTokenizer } from "../../../tokenization/inputs/input-tokenizer.ts";
import { textTokens, type TextTokens } from "../../../tokenization/inputs/text-tokens.ts";
import { encodeTokens, type TokenEncoding } from "../../../tokenization/inputs/token-encoding.ts";
import type { Encoded, EncodedText, Unscored } from "../encoded.ts";
import { alignEntities, noLosses, type AlignmentLosses } from "./align.ts";
import type { Decoder, ScoredWindow, WindowTargets } from "./decoder.ts";
import type { TypedSpan } from "./spans.ts";

/** A text whose entities are asked for. */
export interface AskedText {
  readonly document: { readonly text: string };
}

/** A window of a text; of several the first alone has the example, so that it counts once. */
export interface TokenText<E> extends EncodedText<E> {
  readonly encoding: TokenEncoding;
  /** All tokens of the text. */
  readonly tokens: TextTokens;
  readonly of: E;
  readonly gold: WindowTargets;
}

/** Encoded texts; all windows of a text stand together. */
export interface EncodedTokens<E> extends Encoded<E> {
  readonly texts: readonly TokenText<E>[];
  readonly alignment: AlignmentLosses;
}

/** Encodes whole texts without entities, for the entities to be found. */
export function encodeTexts<E extends AskedText>(
  tokenizer: InputTokenizer,
  examples: readonly E[],
  maxLength: number,
  goldOf: (example: E) => readonly TypedSpan[],
  decoder: Pick<Decoder, "name" | "learnable" | "targets">,
): EncodedTokens<E> {
  const texts: TokenText<E>[] = [];
  const unscored: Unscored<E>[] = [];
  const alignment = noLosses();
  for (const example of examples) {
    const tokens = textTokens(tokenizer.words, example.document.text);
    const gold = decoder.learnable(alignEntities(tokens, goldOf(example), alignment), alignment);
    if (tokens.ids.length === 0) {
      unscored.push({ example, message: "the text has no token", excluded: false });
      continue;
    }
    let asked = 0;
    for (const [i, encoding] of encodeTokens(tokenizer, tokens, maxLength).entries()) {
      const targets = decoder.targets(gold, encoding);
      asked += targets.entities.length;
      texts.push({ encoding, tokens, of: example, examples: i === 0 ? [example] : [], gold: targets, ...targets });
    }
    if (decoder.name === "nested") alignment.beyondWindows += gold.length - asked;
  }
  const count = texts.reduce((sum, text) => sum + text.examples.length, 0);
  return { texts, count, unscored, lengths: emptyLengthReport(), excluded: {}, alignment };
}

/** The windows of each text, with the logits of each window. */
export function byText<E>(
  texts: readonly TokenText<E>[],
  logits: readonly Float32Array[],
): { readonly example: E; readonly tokens: TextTokens; readonly windows: readonly ScoredWindow[] }[] {
  const groups: { example: E; tokens: TextTokens; windows: ScoredWindow[] }[] = [];
  for (const [i, { of, tokens, encoding, gold, examples }] of texts.entries()) {
    if (examples.length > 0) groups.push({ example: of, tokens, windows: [] });
    groups.at(-1)!.windows.push({ encoding, logits: logits[i]!, targets: gold });
  }
  return groups;
}
