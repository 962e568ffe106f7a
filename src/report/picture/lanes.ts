/** A stretch of an arrow over one line, in pixels; it may carry the label. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** The legs that go down to the text, as opposed to ends in the margin. */
  readonly legs: readonly number[];
  readonly labelWidth: number;
}

export interface Lane {
  /** Counted from the text upwards. */
  readonly row: number;
  /** The left edge of the label. */
  readonly labelX: number;
}

/** Blank pixels between two things of one row. */
const gap = 6;

/**
 * Gives every stretch a row above the text, the short ones below. In one row neither stretches nor labels touch. A label
 * stands on its stretch where the fewest legs of other arrows pass: in the middle, if none does.
 * @param bounds within which labels stay, in pixels
 */
export function lanesOf(
  stretches: readonly Stretch[],
  bounds: { readonly left: number; readonly right: number },
): Lane[] {
  const legs = stretches.flatMap((stretch) => stretch.legs).sort((a, b) => a - b);
  const lanes: Lane[] = [];
  const rows: { from: number; to: number }[][] = [];
  const order = stretches.map((_, i) => i).sort((a, b) => lengthOf(stretches[a]!) - lengthOf(stretches[b]!) || a - b);
  for (const i of order) {
    const stretch = stretches[i]!;
    const labelX = placeLabel(stretch, legs, bounds);
    const from = Math.min(stretch.from, stretch.to, stretch.labelWidth > 0 ? labelX : Infinity) - gap / 2;
    const to = Math.max(stretch.from, stretch.to, stretch.labelWidth > 0 ? labelX + stretch.labelWidth : 0) + gap / 2;
    let row = 0;
    while (rows[row]?.some((other) => from < other.to && other.from < to)) row++;
    (rows[row] ??= []).push({ from, to });
    lanes[i] = { row, labelX };
  }
  return lanes;
}

const lengthOf = ({ from, to }: Stretch): number => Math.abs(to - from);

function placeLabel(
  { from, to, labelWidth }: Stretch,
  legs: readonly number[],
  bounds: { left: number; right: number },
): number {
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const clamped = (x: number): number => Math.min(Math.max(x, bounds.left), bounds.right - labelWidth);
  const middle = clamped((left + right - labelWidth) / 2);
  const room = (right - left - labelWidth) / 2 - 4;
  const crossed = (x: number): number => legs.filter((leg) => leg > x - 2 && leg < x + labelWidth + 2).length;
  let best = middle;
  let fewest = crossed(middle);
  // From the middle outwards.
  for (let step = 8; step <= room && fewest > 0; step += 8) {
    for (const x of [clamped(middle - step), clamped(middle + step)]) {
      const count = crossed(x);
      if (count < fewest) [best, fewest] = [x, count];
    }
  }
  return best;
}
