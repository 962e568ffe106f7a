/** Writes float32 numbers made of the numbers in `bytes` into `target`, which has as many elements. */
export type Widening = (bytes: Uint8Array<ArrayBuffer>, target: Float32Array) => void;

const bitsOf = (target: Float32Array): Uint32Array => new Uint32Array(target.buffer, target.byteOffset, target.length);

/** Rounds float64 to the nearest float32. */
export const narrowFloat64: Widening = (bytes, target) => {
  target.set(new Float64Array(bytes.buffer, bytes.byteOffset, target.length));
};

/** bfloat16 is the upper half of a float32. */
export const widenBfloat16: Widening = (bytes, target) => {
  const source = new Uint16Array(bytes.buffer, bytes.byteOffset, target.length);
  const bits = bitsOf(target);
  for (let i = 0; i < source.length; i++) bits[i] = source[i]! << 16;
};

/** IEEE 754 binary16: 1 bit of sign, 5 of exponent (bias 15), 10 of fraction. Every value is a float32 exactly. */
export const widenFloat16: Widening = (bytes, target) => {
  const source = new Uint16Array(bytes.buffer, bytes.byteOffset, target.length);
  const bits = bitsOf(target);
  for (let i = 0; i < source.length; i++) {
    const half = source[i]!;
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) target[i] = (sign ? -1 : 1) * fraction * 2 ** -24;
    else if (exponent === 0x1f) bits[i] = sign | 0x7f800000 | (fraction << 13);
    else bits[i] = sign | ((exponent + 127 - 15) << 23) | (fraction << 13);
  }
};
