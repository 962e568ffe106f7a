import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Batch, collate } from "./collate.ts";
import type { Encoding } from "./encoding.ts";

const padding = { padTokenId: 1, entityPadId: 7 };

const encodings: fc.Arbitrary<Encoding> = fc
  .tuple(
    fc.array(fc.nat(50), { minLength: 1, maxLength: 12 }),
    fc.array(fc.array(fc.nat(11), { maxLength: 5 }), { maxLength: 4 }),
  )
  .chain(([words, mentions]) => {
    const slot = fc.nat(Math.max(0, mentions.length - 1));
    return fc.array(fc.tuple(slot, slot), { maxLength: mentions.length === 0 ? 0 : 6 }).map((pairs) => ({
      inputIds: Int32Array.from(words),
      entityIds: Int32Array.from(mentions, (_, i) => i),
      entityPositionIds: mentions.map((positions) => Int32Array.from(positions)),
      pairs,
      truncated: false,
      mentionCut: false,
    }));
  });

/** The encodings a batch was made of, from its masks alone. */
function unpad({ batch, words, entities, mention, ...tensors }: Batch): Omit<Encoding, "truncated" | "mentionCut">[] {
  return Array.from({ length: batch }, (_, row) => {
    const isRow = (index: number): boolean => Math.floor(index / entities) === row;
    const real = (values: Int32Array, mask: Uint8Array, size: number): Int32Array =>
      values.slice(row * size, (row + 1) * size).filter((_, i) => mask[row * size + i] === 1);
    const entityIds = real(tensors.entityIds, tensors.entityAttentionMask, entities);
    const pairs: [number, number][] = [];
    for (let p = 0; p < tensors.pairCount; p++) {
      const [head, tail] = [tensors.pairs[2 * p]!, tensors.pairs[2 * p + 1]!];
      if (isRow(head) && isRow(tail)) pairs.push([head % entities, tail % entities]);
    }
    return {
      inputIds: real(tensors.inputIds, tensors.attentionMask, words),
      entityIds,
      entityPositionIds: Array.from(entityIds, (_, slot) => {
        const start = (row * entities + slot) * mention;
        return tensors.entityPositionIds.slice(start, start + mention).filter((position) => position !== -1);
      }),
      pairs,
    };
  });
}

test("nothing is lost: taking the padding away gives the encodings back", () => {
  fc.assert(
    fc.property(fc.array(encodings, { minLength: 1, maxLength: 6 }), (items) => {
      const batch = collate(items, padding);
      expect(unpad(batch)).toEqual(
        items.map(({ inputIds, entityIds, entityPositionIds, pairs }) => ({
          inputIds,
          entityIds,
          entityPositionIds,
          pairs,
        })),
      );
      expect(batch.words).toBe(Math.max(...items.map(({ inputIds }) => inputIds.length)));
      expect(batch.inputIds).toHaveLength(batch.batch * batch.words);
      expect(batch.entityPositionIds).toHaveLength(batch.batch * batch.entities * batch.mention);
      expect(batch.pairs).toHaveLength(2 * batch.pairCount);
    }),
  );
});

describe("two texts", () => {
  const short: Encoding = {
    inputIds: Int32Array.of(0, 9, 2),
    entityIds: Int32Array.of(2),
    entityPositionIds: [Int32Array.of(1)],
    pairs: [[0, 0]],
    truncated: false,
    mentionCut: false,
  };
  const long: Encoding = {
    inputIds: Int32Array.of(0, 9, 1, 8, 2),
    entityIds: Int32Array.of(2, 3),
    entityPositionIds: [Int32Array.of(3, 4), Int32Array.of(1)],
    pairs: [
      [0, 1],
      [1, 0],
    ],
    truncated: false,
    mentionCut: false,
  };

  test("are padded to the longest text, most entities and longest mention, and no further", () => {
    expect(collate([short, long], padding, [5, 6, 4])).toEqual({
      batch: 2,
      words: 5,
      entities: 2,
      mention: 2,
      pairCount: 3,
      inputIds: Int32Array.of(0, 9, 2, 1, 1, 0, 9, 1, 8, 2),
      attentionMask: Uint8Array.of(1, 1, 1, 0, 0, 1, 1, 1, 1, 1),
      entityIds: Int32Array.of(2, 7, 2, 3),
      entityAttentionMask: Uint8Array.of(1, 0, 1, 1),
      entityPositionIds: Int32Array.of(1, -1, -1, -1, 3, 4, 1, -1),
      pairs: Int32Array.of(0, 0, 2, 3, 3, 2),
      labels: Int32Array.of(5, 6, 4),
    });
  });

  test("several labels for each pair: 0 or 1 for each label", () => {
    const labels = [1, 0, 0, 1, 0, 1];
    expect(collate([short, long], padding, labels, 2).labels).toEqual(Int32Array.from(labels));
    expect(() => collate([short, long], padding, [0, 1, 1], 2)).toThrow("3 pairs with 3 labels: 2 for each pair");
  });

  test("without labels, without as many labels as pairs, without texts", () => {
    expect(collate([short], padding).labels).toBeUndefined();
    expect(() => collate([short, long], padding, [0, 1])).toThrow("3 pairs with 2 labels");
    expect(() => collate([], padding)).toThrow(RangeError);
  });
});
