import { CheckpointError } from "../checkpoint-error.ts";
import type { Weights, WeightTensor } from "./tensor.ts";

/** The least number that rounds to infinity: halfway from the greatest float16, 65504, to the next value. */
const overflow = 65520;

/** 2⁻¹⁴, the least normal float16; smaller ones are multiples of 2⁻²⁴. */
const leastNormal = 2 ** -14;

/**
 * Returns the bits of the nearest float16 (IEEE 754 binary16: 1 bit of sign, 5 of exponent with bias 15, 10 of
 * fraction) of a finite value below 65520 in size; ties go to the even one.
 */
export function roundFloat16(value: number, bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const size = Math.abs(value);
  // A carry out of the fraction increases the exponent, as it should.
  if (size < leastNormal) return sign | roundHalfEven(size * 2 ** 24);
  return sign | roundHalfEven(((bits & 0x7fffffff) - ((127 - 15) << 23)) / 2 ** 13);
}

/** Rounds to even; exact for multiples of a power of two, as both callers' numbers are. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/**
 * Rounds weights to float16, which keeps 11 binary digits; numbers below 2⁻²⁵ in size become 0.
 * @param file the name in the error for a weight that is too large
 * @throws CheckpointError for a value of 65520 or more in size, which float16 cannot hold.
 */
export function toFloat16(weights: Weights, file: string): Map<string, WeightTensor<"F16">> {
  const rounded = new Map<string, WeightTensor<"F16">>();
  for (const [name, { shape, data }] of weights) {
    const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
    const halves = new Uint16Array(data.length);
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      // The comparison is negated so that NaN is refused too.
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
