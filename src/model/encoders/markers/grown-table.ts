interface Table {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Gives new tokens their rows in a table [vocabulary, hidden], which grows if it has no row left for them.
 * @param first the id of the first new token
 * @param starts for each new token the ids whose mean it starts from
 */
export function grownTable({ shape, data }: Table, first: number, starts: readonly (readonly number[])[]): Table {
  const [rows, width] = shape as [number, number];
  const size = Math.max(rows, first + starts.length);
  if (starts.length === 0) return { shape, data };
  const grown = new Float32Array(size * width);
  grown.set(data);
  for (const [i, ids] of starts.entries()) {
    const row = grown.subarray((first + i) * width, (first + i + 1) * width).fill(0);
    for (const id of ids) for (let at = 0; at < width; at++) row[at]! += data[id * width + at]! / ids.length;
  }
  return { shape: [size, width], data: grown };
}
