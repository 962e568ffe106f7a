import type { Span } from "../corpus/document.ts";
import type { Encoding } from "./encoding.ts";
import type { LukeTokenizer } from "./luke-tokenizer.ts";
import { insertMarkers, type TokenSpan } from "./markers.ts";
import { encodeMentions, type MentionTokens } from "./mention-tokens.ts";
import { checkPairSpan } from "./pair-span-error.ts";
import { doesNotFit, type Unencodable, withoutTokens } from "./unencodable.ts";
import { encodeWindow, type EncodingOptions, extentOf } from "./window-encoding.ts";

/** The spans of a head and a tail in one text. */
export interface PairSpans {
  readonly head: Span;
  readonly tail: Span;
}

export type PairEncodingResult = { readonly encoding: Encoding } | { readonly unencodable: Unencodable };

/**
 * Encodes pairs of one text, each on its own, with `<ent>` around the head and `<ent2>` around the tail (luke.md 4.4
 * to 4.6): for pairs that do not overlap and fit into `maxLength`, what transformers' LukeTokenizer gives for the task
 * `entity_pair_classification`. Longer texts keep a window around the pair. Results stand in the order of the pairs.
 * Throws a PairSpanError for a span that is no part of the text.
 */
export async function encodePairs(
  tokenizer: LukeTokenizer,
  text: string,
  pairs: readonly PairSpans[],
  { maxLength = tokenizer.maxLength }: EncodingOptions = {},
): Promise<PairEncodingResult[]> {
  for (const [index, { head, tail }] of pairs.entries()) {
    checkPairSpan(text, head, `the head of pair ${index}`);
    checkPairSpan(text, tail, `the tail of pair ${index}`);
  }
  const encoded = encodeMentions(
    tokenizer.words,
    text,
    pairs.map(({ head, tail }) => [head, tail]),
  );
  return encoded.map((mentionTokens) => encodePair(tokenizer, mentionTokens, maxLength));
}

const headAndTail = [[0, 1]] as const;

function encodePair(
  tokenizer: LukeTokenizer,
  { tokens, mentions }: MentionTokens,
  maxLength: number,
): PairEncodingResult {
  const [head, tail] = mentions as [TokenSpan, TokenSpan];
  if (head.start === head.end) return { unencodable: withoutTokens("the head") };
  if (tail.start === tail.end) return { unencodable: withoutTokens("the tail") };
  const { ent, ent2 } = tokenizer.words.specialTokenIds;
  const { mask, mask2 } = tokenizer.entityVocab.specialEntityIds;
  const marked = insertMarkers(tokens, [
    { span: head, marker: ent },
    { span: tail, marker: ent2 },
  ]);
  const window = encodeWindow(tokenizer, marked.tokens, marked.mentions, maxLength);
  if (window === undefined) {
    const { start, end } = extentOf(marked.mentions);
    const extent = `the two mentions are ${end - start} tokens apart, from the first marker to the last`;
    return { unencodable: doesNotFit("mentions too far apart", extent, maxLength) };
  }
  const { inputIds, entityPositionIds, truncated, mentionCut } = window;
  const entityIds = new Int32Array([mask, mask2]);
  return { encoding: { inputIds, entityIds, entityPositionIds, pairs: headAndTail, truncated, mentionCut } };
}
