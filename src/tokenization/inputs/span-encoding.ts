import type { Span } from "../../corpus/document.ts";
import type { Encoding } from "./encoding.ts";
import type { InputTokenizer } from "./input-tokenizer.ts";
import { encodeMentions } from "./mention-tokens.ts";
import { checkPairSpan } from "./pair-span-error.ts";
import { doesNotFit, type Unencodable, withoutTokens } from "./unencodable.ts";
import { encodeWindow, type EncodingOptions, extentOf } from "./window-encoding.ts";

/** An encoding with the first and last tokens of its mentions. */
export interface SpanEncoding extends Encoding {
  /** `[entities]`: index into `inputIds` of each mention's first token. */
  readonly entityStartPositions: Int32Array;
  /** `[entities]`: index of its last token, even if that is beyond the tokens that count for its position. */
  readonly entityEndPositions: Int32Array;
}

export type SpanEncodingResult = { readonly encoding: SpanEncoding } | { readonly unencodable: Unencodable };

/**
 * Encodes a text and any number of mentions without markers, each an entity `[MASK]`. Texts that fit into `maxLength`
 * are encoded as transformers' LukeTokenizer encodes them for the task `entity_span_classification`. Longer texts keep
 * a window around all mentions. The text is cut at the boundaries of every span, so other spans give other tokens.
 * Throws a PairSpanError for a span that is not part of the text and a RangeError if there are no spans.
 */
export async function encodeSpans(
  tokenizer: InputTokenizer,
  text: string,
  spans: readonly Span[],
  { maxLength = tokenizer.maxLength }: EncodingOptions = {},
): Promise<SpanEncodingResult> {
  if (spans.length === 0) throw new RangeError("cannot encode the spans of a text where there are none");
  for (const [index, span] of spans.entries()) checkPairSpan(text, span, `span ${index}`);
  const [encoded] = encodeMentions(tokenizer.words, text, [spans]);
  const { tokens, mentions } = encoded!;
  const blank = mentions.findIndex(({ start, end }) => start === end);
  if (blank !== -1) return { unencodable: withoutTokens(`span ${blank}`) };
  const window = encodeWindow(tokenizer, tokens, mentions, maxLength);
  if (window === undefined) {
    const { start, end } = extentOf(mentions);
    const extent = `the ${spans.length} spans are ${end - start} tokens apart, from the first to the last`;
    return { unencodable: doesNotFit("mentions too far apart", extent, maxLength) };
  }
  const { inputIds, entityPositionIds, truncated, mentionCut } = window;
  return {
    encoding: {
      inputIds,
      entityIds: new Int32Array(spans.length).fill(tokenizer.entities.ofType("")),
      entityPositionIds,
      entityStartPositions: Int32Array.from(window.mentions, ({ start }) => start),
      entityEndPositions: Int32Array.from(window.mentions, ({ end }) => end - 1),
      pairs: [],
      truncated,
      mentionCut,
    },
  };
}
