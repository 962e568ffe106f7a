/** Evaluations before anything can be said of their course. */
const fewest = 4;

/**
 * Whether a run was still getting better when it ended, so that a longer one is likely better: the last score is the best,
 * and clearly better than all those before the last quarter of the evaluations. The learning rate falls to 0 at the end of a
 * run, so that a score which still rises then was cut off.
 * @param values the scores, in the order of the evaluations
 */
export function isStillImproving(values: readonly number[], lowerIsBetter = false): boolean {
  if (values.length < fewest) return false;
  const sign = lowerIsBetter ? -1 : 1;
  const scores = values.map((value) => sign * value);
  const last = scores.at(-1)!;
  if (scores.slice(0, -1).some((score) => score >= last)) return false;
  const before = Math.max(...scores.slice(0, Math.floor(0.75 * scores.length)));
  const clear = lowerIsBetter ? 0.05 * Math.abs(before) : 0.02;
  return last - before >= clear;
}
