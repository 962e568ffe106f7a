import type { Point } from "./layout.ts";

/** A number as attributes of SVG have it. */
export const fixed = (value: number): string => String(Math.round(value * 100) / 100);

/** A line through the points with round corners. */
export function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  let path = `M${fixed(first!.x)} ${fixed(first!.y)}`;
  for (const [i, corner] of rest.entries()) {
    const before = points[i]!;
    const after = points[i + 2];
    if (after === undefined) {
      // Up to the tip, which has its own shape.
      path += `L${fixed(corner.x)} ${fixed(corner.y - 5)}`;
      continue;
    }
    const radius = Math.min(5, distance(before, corner) / 2, distance(corner, after) / 2);
    const [from, to] = [towards(corner, before, radius), towards(corner, after, radius)];
    path += `L${fixed(from.x)} ${fixed(from.y)}Q${fixed(corner.x)} ${fixed(corner.y)} ${fixed(to.x)} ${fixed(to.y)}`;
  }
  return path;
}

const distance = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);

function towards(from: Point, to: Point, by: number): Point {
  const whole = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * by) / whole, y: from.y + ((to.y - from.y) * by) / whole };
}
