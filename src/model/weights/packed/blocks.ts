import { roundFloat16 } from "../float16.ts";
import { widenFloat16 } from "../float-widening.ts";

/** The number of weights along a row that share a scale. */
export const blockSize = 32;

/** A matrix of few bits: each block of 32 weights of a row is small integers times a scale. */
export interface PackedMatrix {
  /**
   * Unsigned integers; the middle of their range stands for 0. With 8 bits, each has a byte. With 4 bits, the first 16
   * of a block are the low halves of 16 bytes, and the last 16 the high halves.
   */
  readonly values: Uint8Array<ArrayBuffer>;
  /** The bits of a float16 for each block. */
  readonly scales: Uint16Array<ArrayBuffer>;
}

export type Bits = 4 | 8;

/**
 * Rounds float32 weights to 4 or 8 bits, as `Q4_0` and `Q8_0` of ggml do: at 4 bits, the largest weight of a block gets
 * the least integer, −8, whichever its sign. Weights that came from such blocks come out unchanged.
 * @param data finite numbers, a multiple of 32 of them
 */
export function packBlocks(data: Float32Array, bits: Bits): PackedMatrix {
  const blocks = data.length / blockSize;
  const values = new Uint8Array((data.length * bits) / 8);
  const scales = new Uint16Array(blocks);
  const scale = new Float32Array(1);
  const scaleBits = new Uint32Array(scale.buffer);
  const half = new Uint16Array(1);
  const stored = new Float32Array(1);
  for (let block = 0; block < blocks; block++) {
    const start = block * blockSize;
    let largest = 0;
    for (let i = start; i < start + blockSize; i++) if (Math.abs(data[i]!) > Math.abs(largest)) largest = data[i]!;
    scale[0] = bits === 4 ? largest / -8 : Math.abs(largest) / 127;
    half[0] = roundFloat16(scale[0], scaleBits[0]!);
    scales[block] = half[0]!;
    widenFloat16(new Uint8Array(half.buffer), stored);
    const inverse = stored[0] === 0 ? 0 : 1 / stored[0]!;
    const quantized = (i: number): number =>
      bits === 4
        ? Math.max(0, Math.min(15, Math.floor(data[i]! * inverse + 8.5)))
        : Math.max(1, Math.min(255, Math.round(data[i]! * inverse) + 128));
    if (bits === 8) for (let i = start; i < start + blockSize; i++) values[i] = quantized(i);
    else
      for (let i = 0; i < blockSize / 2; i++)
        values[start / 2 + i] = quantized(start + i) | (quantized(start + i + blockSize / 2) << 4);
  }
  return { values, scales };
}

/**
 * Unpacks blocks to float32 weights.
 * @param target the array to fill, with 32 elements for each scale
 */
export function unpackBlocks({ values, scales }: PackedMatrix, bits: Bits, target: Float32Array): void {
  const wide = new Float32Array(scales.length);
  widenFloat16(new Uint8Array(scales.buffer, scales.byteOffset, scales.byteLength), wide);
  for (let block = 0; block < scales.length; block++) {
    const scale = wide[block]!;
    const start = block * blockSize;
    if (bits === 8) {
      for (let i = start; i < start + blockSize; i++) target[i] = (values[i]! - 128) * scale;
      continue;
    }
    const half = blockSize / 2;
    for (let i = 0; i < half; i++) {
      const two = values[start / 2 + i]!;
      target[start + i] = ((two & 15) - 8) * scale;
      target[start + half + i] = ((two >> 4) - 8) * scale;
    }
  }
}
