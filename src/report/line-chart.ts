import { plural } from "../quote.ts";
import { html } from "./html.ts";
import type { Html } from "./html.ts";

/** A value over training steps. */
export interface Curve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

export interface CurvePoint {
  readonly step: number;
  readonly value: number;
}

// In units of the view box, which the page scales to the width of its column.
const width = 400;
const height = 220;
const plot = { left: 40, right: 382, top: 12, bottom: 186 };

// More points than this are drawn as means of equal stretches: a line of 400 units shows no more.
const maxPoints = 200;

export interface ChartOptions {
  readonly title: string;
  readonly curves: readonly Curve[];
  /** The top of the value axis; the largest value where it is absent. The axis starts at 0. */
  readonly top?: number;
  readonly keptStep?: number | undefined;
  /** Steps that are marked at the foot of the chart. */
  readonly marks?: { readonly name: string; readonly steps: readonly number[] };
  /** The palette's colour of the first curve, 0 to 3; 0 is a faint one, for a noisy curve. */
  readonly firstColor?: number;
}

const colors = 4;

/** A line chart over training steps, as SVG in a figure. */
export function lineChart({ title, curves, top, keptStep, marks, firstColor = 0 }: ChartOptions): Html {
  const drawn = curves.map((curve) => ({
    ...curve,
    points: curve.points.filter(({ value }) => Number.isFinite(value)),
  }));
  const lost = curves.reduce((sum, curve, i) => sum + curve.points.length - drawn[i]!.points.length, 0);
  const color = (i: number): number => (firstColor + i) % colors;
  const all = drawn.flatMap((curve) => curve.points);
  if (all.length === 0) {
    return html`<figure class="chart">
      <figcaption>${title}</figcaption>
      <p class="empty">Nothing was recorded.</p>
      ${lostNote(lost)}
    </figure>`;
  }
  const marked = marks?.steps ?? [];
  const steps = extent([...all.map(({ step }) => step), ...marked]);
  const highest = top ?? Math.max(...extent(all.map(({ value }) => value)));
  const yTicks = ticks(0, highest > 0 ? highest : 1);
  const x = (step: number): number =>
    steps[0] === steps[1] ? (plot.left + plot.right) / 2 : scale(step, steps[0], steps[1], plot.left, plot.right);
  const y = (value: number): number => scale(value, 0, Math.max(highest, yTicks.at(-1)!), plot.bottom, plot.top);
  const bestDrawn = keptStep !== undefined && keptStep >= steps[0] && keptStep <= steps[1];
  const summary = drawn.map(({ name, points }) => `${name} ends at ${points.at(-1)?.value.toFixed(3) ?? "nothing"}`);
  return html`<figure class="chart">
    <figcaption>
      ${title}
      <span class="legend">
        ${drawn.map(({ name }, i) => html`<span class="key series-${color(i)}">${name}</span>`)}
      </span>
    </figcaption>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}: ${summary.join(", ")}">
      ${yTicks.map((tick) => valueTick(tickText(tick), y(tick)))}
      ${stepTicks(steps).map(
        (tick) =>
          html`<text class="tick" x="${fixed(x(tick))}" y="${plot.bottom + 18}" text-anchor="middle">${tick}</text>`,
      )}
      <text class="axis" x="${plot.right}" y="${height - 2}" text-anchor="end">step</text>
      ${marked.map((step) => footMark(`${marks!.name}: step ${step}`, x(step)))}
      ${drawn.map((curve, i) => line(curve, color(i), x, y))} ${bestDrawn ? bestMark(keptStep, x(keptStep)) : undefined}
    </svg>
    ${lostNote(lost)}
  </figure>`;
}

function valueTick(text: string, y: number): Html {
  return html`<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${fixed(y)}" y2="${fixed(y)}" />
    <text class="tick" x="${plot.left - 7}" y="${fixed(y + 4)}" text-anchor="end">${text}</text>`;
}

function line(
  { name, points }: Curve,
  series: number,
  x: (step: number) => number,
  y: (value: number) => number,
): Html | undefined {
  if (points.length === 0) return undefined;
  const path = thinned(points).map(({ step, value }) => `${fixed(x(step))},${fixed(y(value))}`);
  const dots = points.length > 40 ? [points.at(-1)!] : points;
  return html`<g class="series-${series}">
    <polyline points="${path.join(" ")}" />
    ${dots.map(
      ({ step, value }) =>
        html`<circle cx="${fixed(x(step))}" cy="${fixed(y(value))}" r="2.6">
          <title>${name} at step ${step}: ${value.toFixed(4)}</title>
        </circle>`,
    )}
  </g>`;
}

function bestMark(step: number, at: number): Html {
  const leftHalf = at < (plot.left + plot.right) / 2;
  return html`<line class="best" x1="${fixed(at)}" x2="${fixed(at)}" y1="${plot.top}" y2="${plot.bottom}" />
    <text x="${fixed(at + (leftHalf ? 5 : -5))}" y="${plot.top - 2}" text-anchor="${leftHalf ? "start" : "end"}"
      >kept: step ${step}</text
    >`;
}

const footMark = (title: string, at: number): Html =>
  html`<line class="mark" x1="${fixed(at)}" x2="${fixed(at)}" y1="${plot.bottom}" y2="${plot.bottom - 9}">
    <title>${title}</title>
  </line>`;

const lostNote = (lost: number): Html | undefined =>
  lost === 0 ? undefined : html`<p class="note">${plural(lost, "value")} not drawn: not a finite number.</p>`;

/** At most `maxPoints` points, each the mean of a stretch of neighbours. */
export function thinned(points: readonly CurvePoint[]): readonly CurvePoint[] {
  if (points.length <= maxPoints) return points;
  const mean = (numbers: readonly number[]): number =>
    numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  return Array.from({ length: maxPoints }, (_, i) => {
    const part = points.slice(
      Math.floor((i * points.length) / maxPoints),
      Math.floor(((i + 1) * points.length) / maxPoints),
    );
    return { step: mean(part.map(({ step }) => step)), value: mean(part.map(({ value }) => value)) };
  });
}

/** About four round numbers (1, 2, 2.5 or 5 times a power of ten) from `from` to at least `to`. */
export function ticks(from: number, to: number): number[] {
  const rough = (to - from) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const stride = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999)!;
  const count = Math.ceil((to - from) / stride - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((from + i * stride).toPrecision(12)));
}

function stepTicks([first, last]: readonly [number, number]): number[] {
  if (first === last) return [first];
  const round = ticks(0, last).filter((tick) => tick >= first && tick <= last && Number.isInteger(tick));
  return round.length > 0 ? round : [first, last];
}

function extent(numbers: readonly number[]): [number, number] {
  return numbers.reduce<[number, number]>(
    ([low, high], n) => [Math.min(low, n), Math.max(high, n)],
    [Infinity, -Infinity],
  );
}

const scale = (value: number, from: number, to: number, start: number, end: number): number =>
  start + ((value - from) / (to - from)) * (end - start);

const fixed = (coordinate: number): string => coordinate.toFixed(1);

const tickText = (tick: number): string =>
  Math.abs(tick) >= 1e5 || (tick !== 0 && Math.abs(tick) < 1e-3) ? tick.toExponential(0) : String(tick);
