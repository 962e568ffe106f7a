import type { Span } from "../corpus/document.ts";
import { cutAtBoundaries } from "./boundaries.ts";
import type { TokenSpan } from "./markers.ts";
import type { WordTokenizer } from "./word-tokenizer.ts";

/** The tokens of a text that was cut at its mentions, without special tokens. */
export interface MentionTokens {
  readonly tokens: Int32Array;
  /** In the order of the mentions; empty where a mention has no token of its own. */
  readonly mentions: readonly TokenSpan[];
}

/** Encodes one text once for each list of mentions, cut at the boundaries of that list alone. */
export async function encodeMentions(
  words: WordTokenizer,
  text: string,
  lists: readonly (readonly Span[])[],
): Promise<MentionTokens[]> {
  const cuts = lists.map((spans) => cutAtBoundaries(text, spans));
  const pieceIds = await words.encodePieces(cuts.flatMap(({ pieces }) => pieces));
  let used = 0;
  return cuts.map(({ pieces, piecesBefore }, index) => {
    const { tokens, tokensBefore } = joinPieces(pieceIds.slice(used, (used += pieces.length)));
    const place = (boundary: number): number => tokensBefore[piecesBefore.get(boundary)!]!;
    return { tokens, mentions: lists[index]!.map(({ start, end }) => ({ start: place(start), end: place(end) })) };
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
