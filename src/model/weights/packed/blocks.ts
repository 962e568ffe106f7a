import { roundFloat16 } from "../float16.ts";
import { widenFloat16 } from "../float-widening.ts";

/** Weights that share a scale, along a row. */
export const blockSize = 32;

/** A matrix of few bits: each block of 32 weights of a row is a scale times small integers. */
export interface PackedMatrix {
  /**
   * Unsigned integers, the middle of their range standing for 0. 8 bits: a byte each. 4 bits: of each block the first
   * 16 in the low halves of 16 bytes, the last 16 in the high halves.
   */
  readonly values: Uint8Array<ArrayBuffer>;
  /** A float16 for each block, as bits. */
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
 * The float32 weights that blocks stand for.
 * @param target filled; 32 for each scale
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
