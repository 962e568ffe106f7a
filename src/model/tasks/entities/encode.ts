import { ignoredLabel } from "../../../nn/objectives.ts";
import { emptyLengthReport } from "../../../tokenization/inputs/length-report.ts";
import type { InputTokenizer } from "../../../tokenization/inputs/input-tokenizer.ts";
import { textTokens, type TextTokens } from "../../../tokenization/inputs/text-tokens.ts";
import { encodeTokens, type TokenEncoding } from "../../../tokenization/inputs/token-encoding.ts";
import type { Encoded, EncodedText, Unscored } from "../encoded.ts";
import { alignEntities, noLosses, withoutOverlap, type AlignmentLosses, type TokenEntity } from "./align.ts";
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
): EncodedTokens<E> {
  const texts: TokenText<E>[] = [];
  const unscored: Unscored<E>[] = [];
  const alignment = noLosses();
  for (const example of examples) {
    const tokens = textTokens(tokenizer.words, example.document.text);
    const gold = withoutOverlap(alignEntities(tokens, goldOf(example), alignment), alignment);
    if (tokens.ids.length === 0) {
      unscored.push({ example, message: "the text has no token", excluded: false });
      continue;
    }
    const tags = tagIds(gold, tokens.ids.length);
    for (const [i, encoding] of encodeTokens(tokenizer, tokens, maxLength).entries()) {
      const { window, core } = encoding;
      const targets = new Int32Array(encoding.inputIds.length).fill(ignoredLabel);
      targets.set(tags.subarray(core.start, core.end), 1 + core.start - window.start);
      texts.push({ encoding, tokens, of: example, examples: i === 0 ? [example] : [], targets });
    }
  }
  const count = texts.reduce((sum, text) => sum + text.examples.length, 0);
  return { texts, count, unscored, lengths: emptyLengthReport(), excluded: {}, alignment };
}

/** The tag of each token, by its id in `tagsOf`. */
function tagIds(entities: readonly TokenEntity[], count: number): Int32Array {
  const tags = new Int32Array(count);
  for (const { start, end, type } of entities) {
    tags.fill(2 + 2 * type, start, end);
    tags[start] = 1 + 2 * type;
  }
  return tags;
}

/** The windows of each text, with the logits of each window. */
export function byText<E>(
  texts: readonly TokenText<E>[],
  logits: readonly Float32Array[],
): { readonly example: E; readonly tokens: TextTokens; readonly windows: readonly ScoredWindow[] }[] {
  const groups: { example: E; tokens: TextTokens; windows: ScoredWindow[] }[] = [];
  for (const [i, { of, tokens, encoding, targets, examples }] of texts.entries()) {
    if (examples.length > 0) groups.push({ example: of, tokens, windows: [] });
    groups.at(-1)!.windows.push({ encoding, logits: logits[i]!, targets: targets! });
  }
  return groups;
}

export interface ScoredWindow {
  readonly encoding: TokenEncoding;
  /** [words, classes] */
  readonly logits: Float32Array;
  readonly targets: Int32Array;
}
