import type { Encoding } from "./encoding.ts";
import type { InputTokenizer, MarkerTokens } from "./input-tokenizer.ts";
import { insertMarkers, type TokenSpan } from "./markers.ts";
import { encodeMentions, type MentionTokens } from "./mention-tokens.ts";
import { checkPairSpan } from "./pair-span-error.ts";
import { type MarkersName, showTypes, type TypedSpan } from "./typed-markers.ts";
import { doesNotFit, type Unencodable, withoutTokens } from "./unencodable.ts";
import { encodeWindow, type EncodingOptions, extentOf } from "./window-encoding.ts";

/** The spans of a head and a tail in one text. */
export interface PairSpans {
  readonly head: TypedSpan;
  readonly tail: TypedSpan;
}

export interface PairEncodingOptions extends EncodingOptions {
  /** `plain` if not given. */
  readonly markers?: MarkersName | undefined;
}

export type PairEncodingResult = { readonly encoding: Encoding } | { readonly unencodable: Unencodable };

/**
 * Encodes pairs of one text, each on its own, with `<ent>` around the head and `<ent2>` around the tail (luke.md 4.4 to
 * 4.6). Pairs that do not overlap and fit into `maxLength` are encoded as transformers' LukeTokenizer encodes them for
 * the task `entity_pair_classification`; with typed markers, as it encodes the text of `showTypes`. With `tokens` the
 * vocabulary's own special tokens stand around both. Longer texts keep a
 * window around the pair. Results are in the order of the pairs.
 * @throws PairSpanError for a span that is not part of the text
 */
export async function encodePairs(
  tokenizer: InputTokenizer,
  text: string,
  pairs: readonly PairSpans[],
  { maxLength = tokenizer.maxLength, markers = "plain" }: PairEncodingOptions = {},
): Promise<PairEncodingResult[]> {
  for (const [index, { head, tail }] of pairs.entries()) {
    checkPairSpan(text, head, `the head of pair ${index}`);
    checkPairSpan(text, tail, `the tail of pair ${index}`);
  }
  const plain = (lists: readonly PairSpans[]): MentionTokens[] =>
    encodeMentions(
      tokenizer.words,
      text,
      lists.map(({ head, tail }) => [head, tail]),
    );
  const encoded =
    markers !== "typed" ? plain(pairs) : pairs.map((pair) => withTypes(tokenizer, text, pair) ?? plain([pair])[0]!);
  const around = markersOf(tokenizer, markers);
  return encoded.map((mentionTokens) => encodePair(tokenizer, mentionTokens, maxLength, around));
}

/** Returns undefined if a mention may have no token of its own, which the words of its type would hide. */
function withTypes({ words }: InputTokenizer, text: string, { head, tail }: PairSpans): MentionTokens | undefined {
  const mayBeEmpty = ({ start, end }: TypedSpan): boolean => {
    const mention = text.slice(start, end);
    return mention.trim() === "" || words.encode(mention).length === 0;
  };
  if (mayBeEmpty(head) || mayBeEmpty(tail)) return undefined;
  const shown = showTypes(text, head, tail);
  return encodeMentions(words, shown.text, [[shown.head, shown.tail]])[0]!;
}

const headAndTail = [[0, 1]] as const;

/** The tokens around head and tail. */
function markersOf({ words, markerTokens }: InputTokenizer, markers: MarkersName): MarkerTokens {
  const { ent, ent2 } = words.specialTokenIds;
  if (markers !== "tokens") return { head: [ent, ent], tail: [ent2, ent2] };
  if (!markerTokens) throw new Error("internal: the vocabulary has no tokens for --markers tokens");
  return markerTokens;
}

function encodePair(
  tokenizer: InputTokenizer,
  { tokens, mentions }: MentionTokens,
  maxLength: number,
  around: MarkerTokens,
): PairEncodingResult {
  const [head, tail] = mentions as [TokenSpan, TokenSpan];
  if (head.start === head.end) return { unencodable: withoutTokens("the head") };
  if (tail.start === tail.end) return { unencodable: withoutTokens("the tail") };
  const { mask, mask2 } = tokenizer.entities;
  const marked = insertMarkers(tokens, [
    { span: head, marker: around.head[0], closing: around.head[1] },
    { span: tail, marker: around.tail[0], closing: around.tail[1] },
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
