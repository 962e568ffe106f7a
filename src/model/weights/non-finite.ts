import type { TensorFile } from "./tensor-file.ts";
import { numElements, type Dtype } from "./tensor.ts";

/** The values NaN and infinity in a file; float64 is read as float32, as a model reads it. */
export interface NonFinite {
  /** The number of floating-point tensors, and of their elements. */
  readonly tensors: number;
  readonly elements: number;
  /** The tensors that have such values: the first value of each, its index in row-major order, and their number. */
  readonly found: readonly { readonly tensor: string; readonly value: number; readonly index: number; count: number }[];
}

/**
 * Whether a type is searched: integers, such as the position ids of older versions, are finite; no model has 8-bit
 * floats.
 */
const isFloat = (dtype: Dtype): boolean => ["F64", "F32", "F16", "BF16"].includes(dtype);

/** The most elements in memory at once, unless a single row has more. */
const defaultPieceElements = 2 ** 20;

/** Checks every number of a file, a piece at a time. @yields the number of bytes that it has read */
export async function* findNonFinite(
  weights: TensorFile,
  { pieceElements = defaultPieceElements }: { readonly pieceElements?: number } = {},
): AsyncGenerator<{ readonly bytes: number; readonly totalBytes: number }, NonFinite> {
  const names = weights.names.filter((name) => isFloat(weights.info(name).dtype));
  const totalBytes = names.reduce((sum, name) => sum + weights.info(name).bytes, 0);
  const found: { tensor: string; value: number; index: number; count: number }[] = [];
  let elements = 0;
  let bytes = 0;
  for (const tensor of names) {
    const { shape, bytes: size } = weights.info(tensor);
    let start = 0;
    for await (const piece of pieces(weights, tensor, pieceElements)) {
      for (let i = 0; i < piece.length; i++) {
        if (Number.isFinite(piece[i])) continue;
        const last = found.at(-1);
        if (last?.tensor === tensor) last.count++;
        else found.push({ tensor, value: piece[i]!, index: start + i, count: 1 });
      }
      start += piece.length;
      yield { bytes: bytes + size * (start / numElements(shape)), totalBytes };
    }
    elements += start;
    bytes += size;
  }
  return { tensors: names.length, elements, found };
}

/** Yields a tensor's elements in order, as many rows at a time as fit. */
async function* pieces(weights: TensorFile, name: string, pieceElements: number): AsyncGenerator<Float32Array> {
  const [height, ...rest] = weights.info(name).shape;
  const width = numElements(rest);
  if (width === 0) return;
  if (height === undefined) {
    yield await weights.read(name);
    return;
  }
  const rows = Math.max(1, Math.floor(pieceElements / width));
  for (let start = 0; start < height; start += rows) {
    const count = Math.min(rows, height - start);
    const indices = Array.from({ length: count }, (_, i) => start + i);
    yield await weights.readRows(name, indices);
  }
}
