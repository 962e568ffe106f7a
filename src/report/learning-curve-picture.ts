import { plural } from "../quote.ts";
import type { CurveLine, CurvePoint } from "../evaluation/learning-curve.ts";
import { ticks } from "./line-chart.ts";
import { html, type Html } from "./html.ts";

export interface CurveFacts {
  /** `macro F1` */
  readonly metric: string;
  /** A loss is better when lower, and has no top. */
  readonly isLoss: boolean;
  /** Documents that every run was scored on. */
  readonly heldOut: number;
  readonly seeds: number;
}

type Line = CurveLine & { readonly sentence: string };

const width = 760;
const plot = { left: 64, right: 580, top: 84, bottom: 380 };
const lineHeight = 19;

const colors = {
  light: ["#2a5a8c", "#c1682f", "#2f8f7f", "#7a4fa3"],
  dark: ["#86b8ea", "#eba06f", "#62bfae", "#bd9be0"],
};

/** No custom properties: viewers that are no browsers do not know them. */
const seriesStyle = (ofSeries: readonly string[]): string =>
  ofSeries
    .map(
      (color, i) =>
        `.s${i} .line, .s${i} .ring { stroke: ${color}; } .s${i} .dot, .s${i} .band, .s${i}.name { fill: ${color}; }`,
    )
    .join("\n");

const style = `
text { font: 13px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: #5f6368; }
.title { font-size: 18px; font-weight: 650; fill: #1d1f22; } .verdict { fill: #1d1f22; }
.paper { fill: #ffffff; } .grid { stroke: #e3e0d8; }
.rule { stroke: #8a8d91; stroke-dasharray: 5 4; fill: none; stroke-width: 1.6; }
.line { fill: none; stroke-width: 2.4; stroke-linejoin: round; } .band { opacity: .16; }
.ring { fill: none; stroke-width: 2; } .name { font-weight: 600; }
${seriesStyle(colors.light)}
@media (prefers-color-scheme: dark) {
text { fill: #a2a5aa; } .title, .verdict { fill: #e9e7e2; } .paper { fill: #15171a; } .grid { stroke: #33373d; }
${seriesStyle(colors.dark)}
}`;

/** A learning curve as a picture of its own, light and dark, for people who never saw one. */
export function curveSvg(lines: readonly Line[], facts: CurveFacts): string {
  const points = lines.flatMap((line) => line.points);
  const sizes = [...new Set(points.map(({ documents }) => documents))].sort((a, b) => a - b);
  const highest = facts.isLoss ? Math.max(...points.map(({ greatest }) => greatest)) : 1;
  const yTicks = ticks(0, highest > 0 ? highest : 1);
  const x = logScale(sizes[0]!, sizes.at(-1)!);
  const y = (value: number): number => plot.bottom - (value / yTicks.at(-1)!) * (plot.bottom - plot.top);
  const notes = lines.flatMap((line) => wrapped(lines.length > 1 ? `${line.model}: ${line.sentence}` : line.sentence));
  const explained = wrapped(explanation(facts, lines));
  const height = plot.bottom + 66 + (notes.length + explained.length) * lineHeight + 14;
  const summary = lines.map(
    ({ model, points: own }) =>
      `${model}: ${own.map(({ documents, mean }) => `${mean.toFixed(3)} with ${documents}`).join(", ")}`,
  );
  const { markup } = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="img"
    aria-label="${facts.metric} by training documents. ${summary.join(". ")}"
  >
    <style>
      ${{ markup: style }}
    </style>
    <rect class="paper" width="${width}" height="${height}" rx="10" />
    <text class="title" x="24" y="36">How much do more annotated documents help?</text>
    <text x="24" y="60">
      Score (${facts.metric}${facts.isLoss ? "; lower is better" : "; 1 is perfect"}) on
      ${plural(facts.heldOut, "document")} that no run has learnt from
    </text>
    ${yTicks.map(
      (tick) =>
        html`<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${fixed(y(tick))}" y2="${fixed(y(tick))}" />
          <text x="${plot.left - 8}" y="${fixed(y(tick) + 4)}" text-anchor="end">${tick}</text> `,
    )}
    ${shownSizes(sizes, x).map(
      (size) => html`<text x="${fixed(x(size))}" y="${plot.bottom + 20}" text-anchor="middle">${size}</text> `,
    )}
    <text x="${(plot.left + plot.right) / 2}" y="${plot.bottom + 42}" text-anchor="middle">
      documents learnt from (each step along the axis multiplies them)
    </text>
    ${baselineLine(lines, x, y)} ${lines.map((line, i) => drawn(line, i % 4, x, y))} ${endLabels(lines, y)}
    ${[...notes, ...explained].map(
      (note, i) =>
        html`<text class="${i < notes.length ? "verdict" : "note"}" x="24" y="${plot.bottom + 72 + i * lineHeight}"
          >${note}</text
        > `,
    )}
  </svg> `;
  return markup;
}

/** Where the ring stands. */
const stopOf = ({ points, verdict }: Line): CurvePoint | undefined =>
  verdict.stillPays || points.length === 1 ? undefined : points.find(({ documents }) => documents === verdict.stopsAt);

function drawn(line: Line, series: number, x: (documents: number) => number, y: (value: number) => number): Html {
  const { model, points } = line;
  const at = (documents: number, value: number): string => `${fixed(x(documents))},${fixed(y(value))}`;
  const band = [
    ...points.map(({ documents, greatest }) => at(documents, greatest)),
    ...points.toReversed().map(({ documents, least }) => at(documents, least)),
  ];
  const stop = stopOf(line);
  const title = ({ documents, mean, least, greatest, seeds }: CurvePoint): string =>
    `${model}, ${plural(documents, "document")}: ${mean.toFixed(3)}, from ${least.toFixed(3)} to ${greatest.toFixed(3)} in ${plural(seeds, "run")}`;
  return html`<g class="s${series}">
    <polygon class="band" points="${band.join(" ")}" />
    <polyline class="line" points="${points.map(({ documents, mean }) => at(documents, mean)).join(" ")}" />
    ${points.map(
      (point) =>
        html`<circle class="dot" cx="${fixed(x(point.documents))}" cy="${fixed(y(point.mean))}" r="4"
          ><title>${title(point)}</title></circle
        >`,
    )}
    ${stop ? html`<circle class="ring" cx="${fixed(x(stop.documents))}" cy="${fixed(y(stop.mean))}" r="9" />` : undefined}
  </g>`;
}

/** The baselines are the same whatever the model: those of the first line are drawn. */
function baselineLine(
  lines: readonly Line[],
  x: (n: number) => number,
  y: (value: number) => number,
): Html | undefined {
  const known = (lines[0]?.points ?? []).filter(({ baseline }) => baseline !== undefined);
  if (known.length === 0) return undefined;
  const path = known.map(({ documents, baseline }) => `${fixed(x(documents))},${fixed(y(baseline!))}`);
  return html`<polyline class="rule" points="${path.join(" ")}" />`;
}

/** Names beside the ends of the lines, moved apart where they would lie on each other. */
function endLabels(lines: readonly Line[], y: (value: number) => number): Html {
  const baseline = lines[0]?.points.at(-1)?.baseline;
  const labels = [
    ...lines.map(({ model, points }, i) => {
      const { mean } = points.at(-1)!;
      return { text: `${mean.toFixed(2)} ${shortened(model)}`, at: y(mean), className: `name s${i % 4}` };
    }),
    ...(baseline === undefined
      ? []
      : [{ text: `${baseline.toFixed(2)} best plain rule`, at: y(baseline), className: "rule-name" }]),
  ].sort((a, b) => a.at - b.at);
  let below = -Infinity;
  const placed = labels.map((label) => {
    below = Math.max(label.at + 4, below + lineHeight);
    return { ...label, at: below };
  });
  return html`${placed.map(
    ({ text, at, className }) =>
      html`<text class="${className}" x="${plot.right + 12}" y="${fixed(at)}">${text}</text> `,
  )}`;
}

function explanation({ seeds }: CurveFacts, lines: readonly Line[]): string {
  const dots =
    seeds === 1
      ? "Each dot is one training on so many documents."
      : `Each dot is the mean of ${seeds} trainings on so many documents; the band goes from the lowest to the highest.`;
  const ring = lines.some((line) => stopOf(line)) ? " A ring marks where more documents stop paying." : "";
  const rule = lines.some(({ points }) => points.some(({ baseline }) => baseline !== undefined))
    ? " The dashed line is the best plain rule learnt from the same documents, which reads no text."
    : "";
  return `${dots}${ring}${rule}`;
}

function logScale(first: number, last: number): (documents: number) => number {
  if (first === last) return () => (plot.left + plot.right) / 2;
  const span = Math.log(last) - Math.log(first);
  const inner = { left: plot.left + 16, right: plot.right - 16 };
  return (documents) => inner.left + ((Math.log(documents) - Math.log(first)) / span) * (inner.right - inner.left);
}

/** Numbers under the axis that do not lie on each other, the last among them. */
function shownSizes(sizes: readonly number[], x: (documents: number) => number): number[] {
  const shown: number[] = [];
  for (const size of sizes.toReversed()) {
    const after = shown.at(-1);
    if (after === undefined || x(after) - x(size) >= 8 * String(after).length + 6) shown.push(size);
  }
  return shown.toReversed();
}

const shortened = (name: string): string => {
  const last = name.split("/").at(-1)!;
  return last.length > 17 ? `${last.slice(0, 16)}…` : last;
};

/** SVG does not break lines. */
function wrapped(text: string, columns = 104): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const fixed = (coordinate: number): string => coordinate.toFixed(1);
