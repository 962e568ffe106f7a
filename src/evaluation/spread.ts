/** Values of several runs, summarized. */
export interface Spread {
  readonly runs: number;
  readonly mean: number;
  /** Sample standard deviation; 0 for one run. */
  readonly deviation: number;
  readonly least: number;
  readonly greatest: number;
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const runs = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / runs;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    runs,
    mean,
    deviation: runs > 1 ? Math.sqrt(squares / (runs - 1)) : 0,
    least: Math.min(...values),
    greatest: Math.max(...values),
  };
}
