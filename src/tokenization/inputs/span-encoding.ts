import type { Span } from "../../corpus/document.ts";
import type { Encoding } from "./encoding.ts";
import type { InputTokenizer } from "./input-tokenizer.ts";
import { encodeMentions } from "./mention-tokens.ts";
import { checkPairSpan } from "./pair-span-error.ts";
import { doesNotFit, type Unencodable, withoutTokens } from "./unencodable.ts";
import { encodeWindow, type EncodingOptions, extentOf } from "./window-encoding.ts";

/** An encoding that also tells where its mentions start and end. */
export interface SpanEncoding extends Encoding {
  /** `[entities]`: index into `inputIds` of each mention's first token. */
  readonly entityStartPositions: Int32Array;
  /** `[entities]`: of its last token, which is not cut to the tokens that count for its position. */
  readonly entityEndPositions: Int32Array;
}

export type SpanEncodingResult = { readonly encoding: SpanEncoding } | { readonly unencodable: Unencodable };

/**
 * Encodes a text and any number of mentions without markers, each an entity `[MASK]`: for texts that fit into
 * `maxLength`, what transformers' LukeTokenizer gives for the task `entity_span_classification`. Longer texts keep a
 * window around all mentions. The text is cut at the boundaries of every span, so other spans give other tokens.
 * Throws a PairSpanError for a span that is no part of the text and a RangeError for no spans.
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
      entityIds: new Int32Array(spans.length).fill(tokenizer.entities.mask),
      entityPositionIds,
      entityStartPositions: Int32Array.from(window.mentions, ({ start }) => start),
      entityEndPositions: Int32Array.from(window.mentions, ({ end }) => end - 1),
      pairs: [],
      truncated,
      mentionCut,
    },
  };
}
