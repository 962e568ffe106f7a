import type { TensorFile } from "./tensor-file.ts";
import { numElements, type Dtype } from "./tensor.ts";

/** NaN and infinity in a file; float64 is read as the float32 that a model makes of it. */
export interface NonFinite {
  /** Of floating point. */
  readonly tensors: number;
  readonly elements: number;
  /** For each tensor that has such values: the first of them, its index in row-major order, and how many there are. */
  readonly found: readonly { readonly tensor: string; readonly value: number; readonly index: number; count: number }[];
}

/** Integers, such as the position ids of older versions, are finite; of 8-bit floats no LUKE is made. */
const isFloat = (dtype: Dtype): boolean => ["F64", "F32", "F16", "BF16"].includes(dtype);

/** Elements held in memory at once, unless a single row has more. */
const defaultPieceElements = 2 ** 20;

/** Looks at every number of a file, a piece at a time. @yields how many bytes it has seen */
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

/** A tensor's elements in order, by as many rows as fit. */
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
