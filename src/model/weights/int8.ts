import { CheckpointError } from "../checkpoint-error.ts";
import type { Weight } from "./tensor.ts";

/** A quantized matrix: w [out, in] with w[o, i] ≈ scales[o] · values[i, o], a scale for each row and no zero point. */
export interface Int8Matrix {
  /** The integers [in, out]: transposed, as an integer product reads them. */
  readonly values: Int8Array;
  /** The scales [out]. */
  readonly scales: Float32Array;
}

/** The greatest integer of either sign: −128 is unused, so that 0 is in the middle. */
const steps = 127;

/** The least scale: scales below the least normal float32 are not exact enough to divide by. */
const leastScale = 2 ** -126;

/** The number of rows at once: their part of a column fits in few cache lines. */
const blockRows = 64;

/**
 * Rounds each row to 255 steps between minus and plus its largest value. The rounded weight differs from the original
 * by half a step at most; a row of zeros stays zeros.
 * @param name stands in the error for a weight that is no finite number, as `file` does
 * @throws CheckpointError for NaN and infinities.
 */
export function toInt8({ shape, data }: Weight, name: string, file: string): Int8Matrix {
  const [out, inner] = shape as [number, number];
  const values = new Int8Array(data.length);
  const scales = new Float32Array(out);
  const inverses = new Float64Array(out);
  for (let row = 0; row < out; row++) {
    const scale = Math.fround(largest(data, row * inner, inner, { name, file }) / steps);
    scales[row] = scale >= leastScale ? scale : 1;
    inverses[row] = 1 / scales[row]!;
  }
  for (let start = 0; start < out; start += blockRows) {
    const end = Math.min(start + blockRows, out);
    for (let i = 0; i < inner; i++) {
      for (let row = start; row < end; row++) {
        // Twice as fast as Math.round: the offset makes the number positive, so that dropping the fraction rounds it.
        values[i * out + row] = ((data[row * inner + i]! * inverses[row]! + 128.5) | 0) - 128;
      }
    }
  }
  return { values, scales };
}

/** The largest size among `count` numbers from `start` on. */
function largest(
  data: Float32Array,
  start: number,
  count: number,
  { name, file }: { readonly name: string; readonly file: string },
): number {
  let size = 0;
  for (let i = start; i < start + count; i++) {
    const value = Math.abs(data[i]!);
    // The comparison is negated so that NaN is refused too.
    if (!(value < Infinity)) {
      throw new CheckpointError("no number", {
        file,
        tensor: name,
        expected: "finite numbers, which alone int8 can stand for",
        found: `${data[i]!} at ${i}`,
        next: "Use the model as float32.",
      });
    }
    if (value > size) size = value;
  }
  return size;
}
