import type { Span } from "../corpus/document.ts";
import { type CutText, cutAtBoundaries } from "./boundaries.ts";
import type { Encoding } from "./encoding.ts";
import type { LukeTokenizer } from "./luke-tokenizer.ts";
import { insertMarkers, type TokenSpan } from "./markers.ts";
import { checkPairSpan } from "./pair-span-error.ts";
import { windowAround } from "./window.ts";

/** The spans of a head and a tail in one text. */
export interface PairSpans {
  readonly head: Span;
  readonly tail: Span;
}

export interface PairEncodingOptions {
  /** Tokens of an encoding at most, `<s>` and `</s>` included; the tokenizer's own `maxLength` by default. */
  readonly maxLength?: number | undefined;
}

/** Why a pair has no encoding; `message` tells it to people. */
export interface Unencodable {
  readonly kind: "mention without tokens" | "mentions too far apart";
  readonly message: string;
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
  { maxLength = tokenizer.maxLength }: PairEncodingOptions = {},
): Promise<PairEncodingResult[]> {
  for (const [index, { head, tail }] of pairs.entries()) {
    checkPairSpan(text, head, `the head of pair ${index}`);
    checkPairSpan(text, tail, `the tail of pair ${index}`);
  }
  const cuts = pairs.map(({ head, tail }) => cutAtBoundaries(text, [head, tail]));
  const pieceIds = await tokenizer.words.encodePieces(cuts.flatMap(({ pieces }) => pieces));
  let used = 0;
  return pairs.map((pair, index) => {
    const cut = cuts[index]!;
    const ids = pieceIds.slice(used, (used += cut.pieces.length));
    const { tokens, tokensBefore } = joinPieces(ids);
    return encodePair(
      tokenizer,
      tokens,
      tokenSpan(cut, tokensBefore, pair.head),
      tokenSpan(cut, tokensBefore, pair.tail),
      maxLength,
    );
  });
}

/** `tokensBefore[k]` counts the tokens of the first k pieces. */
function joinPieces(pieces: readonly Int32Array[]): { tokens: Int32Array; tokensBefore: number[] } {
  const tokensBefore = [0];
  let length = 0;
  for (const piece of pieces) tokensBefore.push((length += piece.length));
  const tokens = new Int32Array(length);
  for (const [index, piece] of pieces.entries()) tokens.set(piece, tokensBefore[index]);
  return { tokens, tokensBefore };
}

const tokenSpan = ({ piecesBefore }: CutText, tokensBefore: readonly number[], { start, end }: Span): TokenSpan => ({
  start: tokensBefore[piecesBefore.get(start)!]!,
  end: tokensBefore[piecesBefore.get(end)!]!,
});

function encodePair(
  tokenizer: LukeTokenizer,
  tokens: Int32Array,
  head: TokenSpan,
  tail: TokenSpan,
  maxLength: number,
): PairEncodingResult {
  for (const [name, span] of Object.entries({ head, tail })) {
    if (span.start === span.end) {
      const message = `the ${name} has no token of its own: it is a blank that belongs to the word after it`;
      return { unencodable: { kind: "mention without tokens", message } };
    }
  }
  const { cls, sep, ent, ent2 } = tokenizer.words.specialTokenIds;
  const { mask, mask2 } = tokenizer.entityVocab.specialEntityIds;
  const marked = insertMarkers(tokens, head, tail, ent, ent2);
  const core = {
    start: Math.min(marked.head.start, marked.tail.start),
    end: Math.max(marked.head.end, marked.tail.end),
  };
  const window = windowAround(core, marked.tokens.length, maxLength - 2);
  if (window === undefined) {
    const message =
      `the two mentions are ${core.end - core.start} tokens apart, from the first marker to the last, ` +
      `and ${maxLength - 2} fit (a maximum length of ${maxLength} less <s> and </s>)`;
    return { unencodable: { kind: "mentions too far apart", message } };
  }
  const inputIds = new Int32Array(window.end - window.start + 2);
  inputIds[0] = cls;
  inputIds.set(marked.tokens.subarray(window.start, window.end), 1);
  inputIds[inputIds.length - 1] = sep;
  const positions = ({ start, end }: TokenSpan): Int32Array =>
    Int32Array.from(
      { length: Math.min(end - start, tokenizer.maxMentionLength) },
      (_, i) => 1 + start - window.start + i,
    );
  const longest = Math.max(marked.head.end - marked.head.start, marked.tail.end - marked.tail.start);
  return {
    encoding: {
      inputIds,
      entityIds: Int32Array.of(mask, mask2),
      entityPositionIds: [positions(marked.head), positions(marked.tail)],
      pairs: [[0, 1]],
      truncated: window.end - window.start < marked.tokens.length,
      mentionCut: longest > tokenizer.maxMentionLength,
    },
  };
}
