import type { Encoding } from "./encoding.ts";
import type { Padding } from "./input-tokenizer.ts";
import type { SpanEncoding } from "./span-encoding.ts";

export type { Padding };

/** Encodings as tensors, row-major, padded on the right to the longest of them. */
export interface Batch {
  readonly batch: number;
  readonly words: number;
  readonly entities: number;
  readonly mention: number;
  readonly pairCount: number;
  /** `[batch, words]` */
  readonly inputIds: Int32Array;
  /** `[batch, words]`: 1 for a token, 0 for padding. */
  readonly attentionMask: Uint8Array;
  /** `[batch, entities]` */
  readonly entityIds: Int32Array;
  /** `[batch, entities]` */
  readonly entityAttentionMask: Uint8Array;
  /** `[batch, entities, mention]`: indexes of tokens, -1 for padding. */
  readonly entityPositionIds: Int32Array;
  /** `[batch, entities]`: the first token of each mention, 0 for padding; absent if the encodings do not have it. */
  readonly entityStartPositions?: Int32Array | undefined;
  /** `[batch, entities]`: the last token of each mention. */
  readonly entityEndPositions?: Int32Array | undefined;
  /** `[pairs, 2]`: head and tail, as indexes into the flattened `[batch * entities]`. */
  readonly pairs: Int32Array;
  /**
   * Label ids, one for each classified item: `[pairs]`, `[batch]` or `[batch, entities]`; or 0 and 1 for each of its
   * possible labels, `[…, labels]`. The loss ignores -100.
   */
  readonly labels: Int32Array | undefined;
}

const isSpanEncoding = (encoding: Encoding): encoding is SpanEncoding => "entityStartPositions" in encoding;

const longest = <T>(items: readonly T[], length: (item: T) => number, atLeast = 0): number =>
  items.reduce((most, item) => Math.max(most, length(item)), atLeast);

const paddedSizes = (encodings: readonly Encoding[], atLeast: PaddedSizes): PaddedSizes => ({
  words: longest(encodings, ({ inputIds }) => inputIds.length, atLeast.words),
  entities: longest(
    encodings,
    ({ entityIds, fewestEntities = 0 }) => Math.max(entityIds.length, fewestEntities),
    atLeast.entities,
  ),
  mention: longest(
    encodings,
    ({ entityPositionIds, fewestEntities = 0 }) =>
      Math.max(
        longest(entityPositionIds, ({ length }) => length),
        Math.min(1, fewestEntities),
      ),
    atLeast.mention,
  ),
});

/** The sizes that texts of a batch are padded to. */
export type PaddedSizes = Pick<Batch, "words" | "entities" | "mention">;

const unpadded: PaddedSizes = { words: 0, entities: 0, mention: 0 };

/**
 * Puts encodings into one batch; `labels` has one id for each pair, in the order of the encodings and their pairs; or 0
 * and 1 for each of its `labelsPerPair` labels. A share of a larger batch is padded to at least the sizes of that batch.
 * Throws a RangeError for no encodings, for a wrong number of labels, and if only some encodings have the ends of their
 * mentions.
 */
export function collate(
  encodings: readonly Encoding[],
  { padTokenId, entityPadId }: Padding,
  labels?: ArrayLike<number>,
  labelsPerPair = 1,
  atLeast: PaddedSizes = unpadded,
): Batch {
  if (encodings.length === 0) throw new RangeError("cannot collate a batch of no encodings");
  const batch = encodings.length;
  const { words, entities, mention } = paddedSizes(encodings, atLeast);

  const inputIds = new Int32Array(batch * words).fill(padTokenId);
  const attentionMask = new Uint8Array(batch * words);
  const entityIds = new Int32Array(batch * entities).fill(entityPadId);
  const entityAttentionMask = new Uint8Array(batch * entities);
  const entityPositionIds = new Int32Array(batch * entities * mention).fill(-1);
  for (const [row, encoding] of encodings.entries()) {
    inputIds.set(encoding.inputIds, row * words);
    attentionMask.fill(1, row * words, row * words + encoding.inputIds.length);
    entityIds.set(encoding.entityIds, row * entities);
    entityAttentionMask.fill(1, row * entities, row * entities + encoding.entityIds.length);
    for (const [slot, positions] of encoding.entityPositionIds.entries()) {
      entityPositionIds.set(positions, (row * entities + slot) * mention);
    }
  }
  const ofSpans = encodings.filter(isSpanEncoding);
  if (ofSpans.length !== 0 && ofSpans.length !== batch) {
    throw new RangeError(`cannot collate ${ofSpans.length} encodings of spans with ${batch - ofSpans.length} others`);
  }
  const places = (positions: (encoding: SpanEncoding) => Int32Array): Int32Array | undefined => {
    if (ofSpans.length === 0) return undefined;
    const padded = new Int32Array(batch * entities);
    for (const [row, encoding] of ofSpans.entries()) padded.set(positions(encoding), row * entities);
    return padded;
  };
  const pairs = Int32Array.from(
    encodings.flatMap((encoding, row) =>
      encoding.pairs.flatMap(([head, tail]) => [row * entities + head, row * entities + tail]),
    ),
  );
  const pairCount = pairs.length / 2;
  if (labels !== undefined && labels.length !== pairCount * labelsPerPair) {
    throw new RangeError(
      `cannot collate ${pairCount} pairs with ${labels.length} labels: ${labelsPerPair === 1 ? "one label id" : labelsPerPair} for each pair is needed`,
    );
  }
  return {
    batch,
    words,
    entities,
    mention,
    pairCount,
    inputIds,
    attentionMask,
    entityIds,
    entityAttentionMask,
    entityPositionIds,
    entityStartPositions: places((encoding) => encoding.entityStartPositions),
    entityEndPositions: places((encoding) => encoding.entityEndPositions),
    pairs,
    labels: labels === undefined ? undefined : Int32Array.from(labels),
  };
}
