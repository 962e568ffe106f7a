/** An interval that covers the true value in 95 % of samples, and how likely a difference from 0 is by chance alone. */
export interface BcaInterval {
  readonly low: number;
  readonly high: number;
  /** Two-sided: the level at which the interval just reaches 0. */
  readonly p: number;
}

/**
 * The bias-corrected and accelerated bootstrap interval (Efron 1987), with the levels widened for few documents by
 * Student's t and √(n / (n − 1)) (Hesterberg 2015): percentiles alone cover the truth too seldom, macro averages of rare
 * labels most of all, since a resample lacks some of them.
 * @param value the statistic of the sample
 * @param draws the statistic of each resample; sorted in place
 * @param left the statistic of the sample without each of its documents, or groups of documents, in turn
 * @param documents the number of documents
 */
export function bcaInterval(value: number, draws: Float64Array, left: Float64Array, documents: number): BcaInterval {
  draws.sort();
  const size = draws.length;
  const bias = normalQuantile(within(shareBelow(draws, value), 1 / (2 * size)));
  const a = acceleration(left);
  const widening =
    (studentQuantile(0.975, documents - 1) / normalQuantile(0.975)) * Math.sqrt(documents / (documents - 1));
  const level = (z: number): number => {
    const sum = bias + z * widening;
    return normalCdf(bias + sum / Math.max(smallest, 1 - a * sum));
  };
  const z = normalQuantile(0.975);
  const low = percentile(draws, level(-z));
  const high = percentile(draws, level(z));
  // `level` turned round, for the level at which a bound is 0.
  const at = normalQuantile(within(shareBelow(draws, 0), 1 / (2 * size))) - bias;
  const needed = (at / Math.max(smallest, 1 + a * at) - bias) / widening;
  const p = 2 * normalCdf(-Math.abs(needed));
  return { low, high, p: p > 1 - 1e-6 ? 1 : p };
}

const smallest = 1e-3;

const within = (share: number, margin: number): number => Math.min(1 - margin, Math.max(margin, share));

/** Of equal values half are below. */
function shareBelow(sorted: Float64Array, value: number): number {
  let [below, equal] = [0, 0];
  for (const draw of sorted) {
    if (Math.abs(draw - value) < 1e-12) equal++;
    else if (draw < value) below++;
  }
  return (below + equal / 2) / sorted.length;
}

/** A sixth of the skewness of the values that the jackknife leaves. */
function acceleration(left: Float64Array): number {
  const mean = left.reduce((sum, value) => sum + value, 0) / left.length;
  let [squares, cubes] = [0, 0];
  for (const value of left) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length + 1) - 1;
  const below = Math.max(0, Math.min(sorted.length - 1, Math.floor(at)));
  const above = Math.max(0, Math.min(sorted.length - 1, Math.ceil(at)));
  return sorted[below]! + (sorted[above]! - sorted[below]!) * Math.max(0, at - below);
}

/** The standard normal distribution, by the continued fraction of Abramowitz and Stegun 26.2.17 (error below 7.5e-8). */
export function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - tail : tail;
}

/** The inverse of normalCdf, by bisection. */
export function normalQuantile(share: number): number {
  let [low, high] = [-9, 9];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** A quantile of Student's t by the expansion of Cornish and Fisher; within 0.1 % from five degrees of freedom on. */
export function studentQuantile(share: number, freedom: number): number {
  const z = normalQuantile(share);
  return (
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
  );
}
