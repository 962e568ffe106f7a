import { pieceBytes } from "./byte-source.ts";
import { numElements } from "./tensor.ts";

/** Returns row-major strides: for each dimension the number of elements from one index to the next. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides: number[] = [];
  for (let axis = shape.length - 1, step = 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/** Whether these strides are row-major, except for dimensions of size 1, whose stride is never used. */
export function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  const expected = rowMajorStrides(shape);
  return numElements(shape) < 2 || shape.every((dim, axis) => dim === 1 || strides[axis] === expected[axis]);
}

/** The number of elements from the first to the last, both included; 0 if there are none. */
export const extentOf = (shape: readonly number[], strides: readonly number[]): number =>
  numElements(shape) === 0 ? 0 : shape.reduce((sum, dim, axis) => sum + (dim - 1) * strides[axis]!, 1);

/** Whether each dimension steps over all elements that smaller strides reach, so that no element has two indices. */
export function areDistinct(shape: readonly number[], strides: readonly number[]): boolean {
  if (numElements(shape) === 0) return true;
  let extent = 1;
  for (const { dim, stride } of axesByStride(shape, strides).reverse()) {
    if (stride < extent) return false;
    extent += (dim - 1) * stride;
  }
  return true;
}

/**
 * Copies elements of `size` bytes that have gaps or another order, and are distinct (`areDistinct`), to row-major
 * order. They are visited in the order of the file, so that each byte is read once and only a piece is in memory.
 * @param read fills its argument from a position on, in bytes from the first element
 */
export async function gather(
  read: (piece: Uint8Array, from: number) => Promise<void>,
  shape: readonly number[],
  strides: readonly number[],
  size: number,
  target: Uint8Array,
): Promise<void> {
  const axes = axesByStride(shape, strides);
  const indices = axes.map(() => 0);
  const end = extentOf(shape, strides) * size;
  const piece = new Uint8Array(Math.min(pieceBytes, end));
  let pieceStart = 0;
  let pieceEnd = 0;
  let from = 0;
  let to = 0;
  for (let left = numElements(shape); left > 0; left--) {
    if (from + size > pieceEnd) {
      pieceStart = from;
      pieceEnd = Math.min(from + piece.length, end);
      await read(piece.subarray(0, pieceEnd - pieceStart), pieceStart);
    }
    for (let byte = 0; byte < size; byte++) target[to + byte] = piece[from - pieceStart + byte]!;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      const { dim, stride, step } = axes[axis]!;
      from += stride * size;
      to += step * size;
      if (++indices[axis]! < dim) break;
      indices[axis] = 0;
      from -= dim * stride * size;
      to -= dim * step * size;
    }
  }
}

interface Axis {
  readonly dim: number;
  readonly stride: number;
  /** The stride of the dimension in row-major order. */
  readonly step: number;
}

/** Lists the dimensions of more than one index, the largest stride first. */
function axesByStride(shape: readonly number[], strides: readonly number[]): Axis[] {
  const steps = rowMajorStrides(shape);
  return shape
    .map((dim, axis) => ({ dim, stride: strides[axis]!, step: steps[axis]! }))
    .filter(({ dim }) => dim > 1)
    .sort((a, b) => b.stride - a.stride);
}
