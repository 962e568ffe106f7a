import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pieceBytes } from "./byte-source.ts";
import { areDistinct, extentOf, gather, isRowMajor, rowMajorStrides } from "./strides.ts";
import { numElements } from "./tensor.ts";

/** Position of each element, by the definition. */
function positions(shape: readonly number[], strides: readonly number[]): number[] {
  let all = [0];
  for (const [axis, dim] of shape.entries()) {
    all = all.flatMap((position) => Array.from({ length: dim }, (_, index) => position + index * strides[axis]!));
  }
  return all;
}

const layout = fc
  .array(fc.record({ dim: fc.integer({ min: 0, max: 4 }), stride: fc.integer({ min: 0, max: 30 }) }), { maxLength: 4 })
  .map((axes) => ({ shape: axes.map(({ dim }) => dim), strides: axes.map(({ stride }) => stride) }));
/** The axes of a row-major tensor with gaps, in any order. */
const distinctLayout = fc
  .array(fc.record({ dim: fc.integer({ min: 1, max: 4 }), gap: fc.integer({ min: 0, max: 3 }), rank: fc.integer() }), {
    maxLength: 4,
  })
  .map((axes) => {
    let extent = 1;
    const strided = axes.map(({ dim, gap, rank }) => {
      const stride = extent + gap;
      extent += (dim - 1) * stride;
      return { dim, stride, rank };
    });
    strided.sort((a, b) => a.rank - b.rank);
    return { shape: strided.map(({ dim }) => dim), strides: strided.map(({ stride }) => stride) };
  });

describe("strides", () => {
  it("are row-major as NumPy's", () => {
    expect(rowMajorStrides([2, 3, 4])).toEqual([12, 4, 1]);
    expect(rowMajorStrides([])).toEqual([]);
    expect(isRowMajor([2, 1, 4], [4, 99, 1])).toBe(true);
    expect(isRowMajor([1, 1], [0, 0])).toBe(true);
    expect(isRowMajor([2, 3], [1, 2])).toBe(false);
  });

  it("reach as far as their last element, and are row-major if elements stand in a row", () => {
    fc.assert(
      fc.property(layout, ({ shape, strides }) => {
        const all = positions(shape, strides);
        expect(extentOf(shape, strides)).toBe(all.length === 0 ? 0 : Math.max(...all) + 1);
        if (isRowMajor(shape, strides)) expect(all).toEqual(all.map((_, i) => i));
        if (areDistinct(shape, strides)) expect(new Set(all).size).toBe(all.length);
      }),
    );
  });

  it("are distinct for every view of a tensor by steps and permutations", () => {
    fc.assert(fc.property(distinctLayout, ({ shape, strides }) => areDistinct(shape, strides)));
    expect(areDistinct([2, 2], [0, 1])).toBe(false);
    expect(areDistinct([3, 2], [1, 2])).toBe(false);
  });
});

describe("gather", () => {
  it("puts elements in row-major order", async () => {
    await fc.assert(
      fc.asyncProperty(distinctLayout, fc.constantFrom(1, 2, 4, 8), async ({ shape, strides }, size) => {
        const source = Uint8Array.from({ length: extentOf(shape, strides) * size }, (_, i) => i % 251);
        const target = new Uint8Array(numElements(shape) * size);
        const read = async (piece: Uint8Array, from: number): Promise<void> =>
          piece.set(source.subarray(from, from + piece.length));
        await gather(read, shape, strides, size, target);
        const expected = positions(shape, strides).flatMap((at) => [...source.subarray(at * size, at * size + size)]);
        expect([...target]).toEqual(expected);
      }),
    );
  });

  it("reads what is larger than its buffer once, in pieces", async () => {
    const [rows, columns] = [3, 2 ** 21 + 5];
    const reads: [from: number, bytes: number][] = [];
    const target = new Float64Array(rows * columns);
    await gather(
      async (piece, from) => {
        reads.push([from, piece.length]);
        new Float64Array(piece.buffer, 0, piece.length / 8).forEach((_, i, all) => (all[i] = from / 8 + i));
      },
      [columns, rows],
      [1, columns],
      8,
      new Uint8Array(target.buffer),
    );
    expect(target.findIndex((value, i) => value !== Math.floor(i / rows) + (i % rows) * columns)).toBe(-1);
    expect(Math.max(...reads.map(([, bytes]) => bytes))).toBe(pieceBytes);
    expect(reads.reduce((sum, [, bytes]) => sum + bytes, 0)).toBe(target.byteLength);
  });
});
