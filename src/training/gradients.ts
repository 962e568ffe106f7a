/** The gradient of a table of which a batch reads few rows: [rows, width], zero in every other row. */
export interface RowGradient {
  /** Indices of rows, each once. */
  readonly rows: Int32Array;
  readonly values: Float32Array;
}

/** Gradients by parameter; a parameter that the loss does not depend on has none. */
export interface Gradients {
  readonly dense: ReadonlyMap<string, Float32Array>;
  readonly tables: ReadonlyMap<string, RowGradient>;
}

/** The arrays of all gradients, without the rows of tables that are zero. */
export const arraysOf = ({ dense, tables }: Gradients): Float32Array[] => [
  ...dense.values(),
  ...[...tables.values()].map(({ values }) => values),
];

/** Sums rows of one table from several look-ups by their indices; `width` is that of the table. */
export class RowSum {
  readonly #width: number;
  readonly #place = new Map<number, number>();
  #values: Float32Array;

  constructor(width: number, capacity = 0) {
    this.#width = width;
    this.#values = new Float32Array(capacity * width);
  }

  /** Adds `values` [indices, width] to the rows of `indices`, except `skippedRow`. */
  add(indices: ArrayLike<number>, values: Float32Array, skippedRow?: number): void {
    const width = this.#width;
    for (let i = 0; i < indices.length; i++) {
      const row = indices[i]!;
      if (row === skippedRow) continue;
      const to = this.#placeOf(row) * width;
      const from = i * width;
      const sums = this.#values;
      for (let k = 0; k < width; k++) sums[to + k]! += values[from + k]!;
    }
  }

  get gradient(): RowGradient {
    const rows = Int32Array.from(this.#place.keys());
    return { rows, values: this.#values.subarray(0, rows.length * this.#width) };
  }

  #placeOf(row: number): number {
    const known = this.#place.get(row);
    if (known !== undefined) return known;
    const place = this.#place.size;
    this.#place.set(row, place);
    if (this.#values.length < this.#place.size * this.#width) {
      const larger = new Float32Array(2 * this.#place.size * this.#width);
      larger.set(this.#values);
      this.#values = larger;
    }
    return place;
  }
}

/** Sums gradients: of micro-batches, and of ranks. */
export class GradientSum {
  readonly #dense = new Map<string, Float32Array>();
  readonly #tables = new Map<string, RowSum>();

  /** Adds gradients. The first ones are copied, since a session writes its next gradients into the same arrays. */
  add({ dense, tables }: Gradients): void {
    for (const [name, gradient] of dense) {
      const sum = this.#dense.get(name);
      if (!sum) this.#dense.set(name, gradient.slice());
      else for (let i = 0; i < sum.length; i++) sum[i]! += gradient[i]!;
    }
    for (const [name, { rows, values }] of tables) {
      if (rows.length === 0) continue;
      const sum = this.#tables.get(name) ?? new RowSum(values.length / rows.length);
      this.#tables.set(name, sum);
      sum.add(rows, values);
    }
  }

  /** Begins with gradients whose arrays are free to be written to. */
  adopt({ dense, tables }: Gradients): void {
    for (const [name, gradient] of dense) this.#dense.set(name, gradient);
    this.add({ dense: new Map(), tables });
  }

  get sum(): Gradients {
    return { dense: this.#dense, tables: new Map([...this.#tables].map(([name, rows]) => [name, rows.gradient])) };
  }
}
