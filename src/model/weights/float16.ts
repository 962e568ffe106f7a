import { CheckpointError } from "../checkpoint-error.ts";
import type { Weights, WeightTensor } from "./tensor.ts";

/** From here on the nearest float16 is infinite: halfway from the greatest, 65504, to what would come next. */
const overflow = 65520;

/** 2⁻¹⁴, the least float16 of full precision; below it they are multiples of 2⁻²⁴. */
const leastNormal = 2 ** -14;

/**
 * The bits of the nearest float16 (IEEE 754 binary16: 1 bit of sign, 5 of exponent with bias 15, 10 of fraction), of two
 * that are as near the even one, for finite values below 65520 in size.
 */
export function roundFloat16(value: number, bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const size = Math.abs(value);
  // A carry out of the fraction goes into the exponent, where it belongs.
  if (size < leastNormal) return sign | roundHalfEven(size * 2 ** 24);
  return sign | roundHalfEven(((bits & 0x7fffffff) - ((127 - 15) << 23)) / 2 ** 13);
}

/** Exact for what is a multiple of a power of two, as both callers' numbers are. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/**
 * Weights rounded to float16, which keeps 11 binary digits; what is below 2⁻²⁵ in size becomes 0.
 * @param file named where a weight is too large
 * @throws CheckpointError for a value of 65520 or more in size, which float16 cannot hold.
 */
export function toFloat16(weights: Weights, file: string): Map<string, WeightTensor<"F16">> {
  const rounded = new Map<string, WeightTensor<"F16">>();
  for (const [name, { shape, data }] of weights) {
    const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
    const halves = new Uint16Array(data.length);
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      // Written so that NaN is refused too.
      if (!(Math.abs(value) < overflow)) {
        throw new CheckpointError("too large for float16", {
          file,
          tensor: name,
          expected: "numbers up to 65504 in size",
          found: `${value} at ${i}`,
          next: "Export the model as float32.",
        });
      }
      halves[i] = roundFloat16(value, bits[i]!);
    }
    rounded.set(name, { dtype: "F16", shape, data: halves });
  }
  return rounded;
}
