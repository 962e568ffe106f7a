/** How many things only one of two systems got right, and how likely such a difference is by chance. */
export interface McNemar {
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Two-sided, exact: by the binomial distribution. */
  readonly p: number;
}

/** The exact test of McNemar (1947). It takes the things for independent of each other. */
export function mcNemar(onlyFirst: number, onlySecond: number): McNemar {
  const n = onlyFirst + onlySecond;
  // In logarithms, since 0.5ⁿ is 0 from some thousand on.
  let term = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= Math.min(onlyFirst, onlySecond); k++) {
    tail += Math.exp(term);
    term += Math.log(n - k) - Math.log(k + 1);
  }
  return { onlyFirst, onlySecond, p: Math.min(1, 2 * tail) };
}

/** Values of p adjusted for how many there are, by Holm (1979). */
export function holm(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const adjusted = values.map(() => 1);
  let highest = 0;
  for (const [rank, i] of order.entries()) {
    highest = Math.max(highest, Math.min(1, values[i]! * (values.length - rank)));
    adjusted[i] = highest;
  }
  return adjusted;
}
