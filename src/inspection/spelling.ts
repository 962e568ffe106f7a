/**
 * Number of insertions, deletions, substitutions and exchanges of neighbours from one word to the other, each place
 * changed once (the optimal string alignment distance, after Damerau 1964); `limit + 1` if it exceeds `limit`.
 */
export function misspellings(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      let cost = Math.min(previous[column - 1]! + (isSame ? 0 : 1), previous[column]! + 1, current[column - 1]! + 1);
      const isExchanged = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (isExchanged) cost = Math.min(cost, before[column - 2]! + 1);
      current.push(cost);
    }
    // An exchange reaches back by two rows.
    if (Math.min(...current) > limit && Math.min(...previous) > limit) return limit + 1;
    before = previous;
    previous = current;
  }
  return Math.min(previous[to.length]!, limit + 1);
}

/** A label without the details that annotators vary: letter case, accents, spaces and signs between words. */
export const folded = (label: string): string =>
  label
    .normalize("NFD")
    .replace(/[^\p{L}\p{N}]+/gu, "")
    .toLowerCase();
