import type { Span } from "../../corpus/document.ts";
import type { Encoding } from "./encoding.ts";
import type { InputTokenizer } from "./input-tokenizer.ts";
import { encodeMentions } from "./mention-tokens.ts";
import type { TokenSpan } from "./markers.ts";
import { checkPairSpan } from "./pair-span-error.ts";
import { pairWindows } from "./pair-windows.ts";
import { doesNotFit, type Unencodable, withoutTokens } from "./unencodable.ts";
import { type EncodingOptions, extentOf, placeMentions } from "./window-encoding.ts";

/** A mention and its type, which the model may read. */
export interface TypedSpan extends Span {
  readonly type: string;
}

/** One window of a text with all mentions in it, and the pairs to be scored there. */
export interface EncodedWindow {
  readonly encoding: Encoding;
  /** For each of `encoding.pairs` its index in the given pairs. */
  readonly pairs: readonly number[];
}

export interface DocumentEncoding {
  /** A single window if the text fits; every pair is in exactly one window or is unencodable. */
  readonly windows: readonly EncodedWindow[];
  readonly unencodable: readonly { readonly pair: number; readonly unencodable: Unencodable }[];
  /** By pair, whether one of its own mentions has more tokens than count for its position. */
  readonly mentionCut: readonly boolean[];
}

/**
 * Encodes a text once for all of its pairs: the words without markers, every mention an entity. The entity is the one
 * that the vocabulary has for the mention's type (typed-entities.ts), else `[MASK]`. Texts longer than `maxLength` are
 * encoded in windows (pair-windows.ts). A text that fits, with mentions without types, is encoded as transformers'
 * LukeTokenizer encodes `entity_spans`. Without pairs there are no windows.
 * @throws PairSpanError for a span that is not part of the text
 */
export async function encodeDocument(
  tokenizer: InputTokenizer,
  text: string,
  spans: readonly TypedSpan[],
  pairs: readonly (readonly [head: number, tail: number])[],
  { maxLength = tokenizer.maxLength }: EncodingOptions = {},
): Promise<DocumentEncoding> {
  for (const [index, span] of spans.entries()) checkPairSpan(text, span, `entity ${index}`);
  if (pairs.length === 0) return { windows: [], unencodable: [], mentionCut: [] };
  const [encoded] = encodeMentions(tokenizer.words, text, [spans]);
  const { tokens, mentions } = encoded!;
  const limit = maxLength - 2;
  const entityIds = spans.map(({ type }) => tokenizer.entities.ofType(type));

  const unencodable: { pair: number; unencodable: Unencodable }[] = [];
  const encodable: number[] = [];
  for (const [pair, [head, tail]] of pairs.entries()) {
    const blank = [head, tail].find((entity) => isEmpty(mentions[entity]!));
    if (blank === undefined) encodable.push(pair);
    else unencodable.push({ pair, unencodable: withoutTokens(`entity ${blank}`) });
  }
  const plan = pairWindows(
    mentions,
    encodable.map((pair) => pairs[pair]!),
    tokens.length,
    limit,
  );
  for (const index of plan.beyond) {
    const pair = encodable[index]!;
    const [head, tail] = pairs[pair]!;
    const { start, end } = extentOf([mentions[head]!, mentions[tail]!]);
    const extent = `the two mentions are ${end - start} tokens apart, from the first token to the last`;
    unencodable.push({ pair, unencodable: doesNotFit("mentions too far apart", extent, maxLength) });
  }
  const windows = plan.windows.map(({ start, end, pairs: inWindow }): EncodedWindow => {
    const inside = [...mentions.keys()].filter(
      (entity) => !isEmpty(mentions[entity]!) && start <= mentions[entity]!.start && mentions[entity]!.end <= end,
    );
    const slots = new Map(inside.map((entity, slot) => [entity, slot]));
    const ofDocument = inWindow.map((index) => encodable[index]!);
    const placed = inside.map((entity) => mentions[entity]!);
    const { inputIds, entityPositionIds, truncated, mentionCut } = placeMentions(tokenizer, tokens, placed, {
      start,
      end,
    });
    return {
      encoding: {
        inputIds,
        entityPositionIds,
        truncated,
        mentionCut,
        entityIds: Int32Array.from(inside, (entity) => entityIds[entity]!),
        pairs: ofDocument.map((pair) => {
          const [head, tail] = pairs[pair]!;
          return [slots.get(head)!, slots.get(tail)!] as const;
        }),
      },
      pairs: ofDocument,
    };
  });
  const isCut = mentions.map(({ start, end }) => end - start > tokenizer.maxMentionLength);
  return { windows, unencodable, mentionCut: pairs.map(([head, tail]) => isCut[head]! || isCut[tail]!) };
}

const isEmpty = ({ start, end }: TokenSpan): boolean => start === end;
