/** Cosines and sines of the angles of positions 0, 1, 2, …, [rows, headSize / 2] each. */
export interface AngleTables {
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

/**
 * Computes the angles of rotary positions: position · θ^(−2i/headSize) for the i-th pair of values. Products and quotients are
 * rounded to float32, as `transformers` does it: at position 8,000 the rounding of an angle is visible.
 * @see _compute_default_rope_parameters of modeling_rope_utils.py
 */
export function angleTables(rows: number, headSize: number, theta: number): AngleTables {
  const half = headSize / 2;
  const { fround } = Math;
  const frequencies = Array.from({ length: half }, (_, i) => fround(1 / fround(theta ** fround((2 * i) / headSize))));
  const [cos, sin] = [new Float32Array(rows * half), new Float32Array(rows * half)];
  for (let position = 0; position < rows; position++)
    for (const [i, frequency] of frequencies.entries()) {
      const angle = fround(position * frequency);
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  return { cos, sin };
}

const known = new Map<string, AngleTables>();

/** Returns the first rows of the tables, which are computed once for all batches. */
export function firstAngles(rows: number, headSize: number, theta: number): AngleTables {
  const key = `${headSize} ${theta}`;
  const length = (rows * headSize) / 2;
  let tables = known.get(key);
  if (!tables || tables.cos.length < length) {
    tables = angleTables(2 ** Math.ceil(Math.log2(Math.max(rows, 128))), headSize, theta);
    known.set(key, tables);
  }
  return { cos: tables.cos.subarray(0, length), sin: tables.sin.subarray(0, length) };
}
