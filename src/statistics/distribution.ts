/** Number of values from `from` to `to`, both included. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * Summary of a distribution of whole numbers. Quantiles are values that occurred; everything is 0 if nothing was
 * counted.
 */
export interface DistributionSummary {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly p95: number;
  readonly max: number;
  /** Bins of equal width from the least value on; the last bin holds the whole upper tail. */
  readonly histogram: readonly Bin[];
}

/** Maximal number of bins of a histogram, including the tail. */
const maxBins = 12;

/** Counts how often each whole number occurs. Exact; memory grows only with the number of different values. */
export class Distribution {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #sum = 0;

  add(value: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    this.#count++;
    this.#sum += value;
  }

  summary(): DistributionSummary {
    const sorted = [...this.#counts].sort(([a], [b]) => a - b);
    const at = (share: number): number => quantile(sorted, share * this.#count);
    return {
      count: this.#count,
      sum: this.#sum,
      min: sorted[0]?.[0] ?? 0,
      p25: at(0.25),
      median: at(0.5),
      p75: at(0.75),
      p95: at(0.95),
      max: sorted.at(-1)?.[0] ?? 0,
      histogram: histogram(sorted, at(0.98)),
    };
  }
}

type Counts = readonly (readonly [value: number, count: number])[];

/** The least value that at least `rank` values do not exceed. */
function quantile(sorted: Counts, rank: number): number {
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= rank) return value;
  }
  return 0;
}

function histogram(sorted: Counts, mostUpTo: number): Bin[] {
  if (sorted.length === 0) return [];
  const least = sorted[0]![0];
  const greatest = sorted.at(-1)![0];
  const width = roundUp((mostUpTo - least + 1) / (maxBins - 1));
  const start = Math.floor(least / width) * width;
  const last = Math.min(maxBins, Math.floor((greatest - start) / width) + 1) - 1;
  const counts = Array.from({ length: last + 1 }, () => 0);
  for (const [value, count] of sorted) counts[Math.min(last, Math.floor((value - start) / width))]! += count;
  return counts.map((count, i) => ({
    from: start + i * width,
    to: i === last ? Math.max(greatest, start + (i + 1) * width - 1) : start + (i + 1) * width - 1,
    count,
  }));
}

/** The next of 1, 2, 5, 10, 20, 50, … */
function roundUp(width: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, width)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= width)!;
}
