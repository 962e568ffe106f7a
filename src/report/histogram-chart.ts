import { ticks } from "./line-chart.ts";
import { html, type Html } from "./html.ts";
import type { Bin } from "../statistics/distribution.ts";
import { grouped, mean, type StatisticsRow } from "./statistics-facts.ts";

// In units of the view box, which the page scales to the width of its column.
const width = 400;
const height = 180;
const plot = { left: 48, right: 392, top: 10, bottom: 150 };
const gap = 2;

/** The colours of the palette, without its faint first one. */
const colors = [1, 2, 3];

/** Draws a histogram as SVG in a figure; each bar shows its range and count on hover. */
export function histogramChart({ title, summary }: StatisticsRow, series: number): Html {
  const { histogram, count, min, median, p95, max } = summary;
  const facts = `mean ${mean(summary)}, median ${grouped(median)}, 95 % up to ${grouped(p95)}, ${grouped(min)} to ${grouped(max)}`;
  if (count === 0) {
    return html`<figure class="chart">
      <figcaption>${title}</figcaption>
      <p class="note">There are none.</p>
    </figure>`;
  }
  const greatest = Math.max(...histogram.map((bin) => bin.count));
  const marks = ticks(0, greatest).filter(Number.isInteger);
  const top = Math.max(greatest, marks.at(-1)!);
  const y = (value: number): number => plot.bottom - (value / top) * (plot.bottom - plot.top);
  const step = (plot.right - plot.left) / histogram.length;
  const x = (i: number): number => plot.left + i * step;
  return html`<figure class="chart series-${colors[series % colors.length]}">
    <figcaption>${title} <span class="legend">${facts}</span></figcaption>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}: ${facts}">
      ${marks.map(
        (mark) =>
          html`<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${fixed(y(mark))}" y2="${fixed(y(mark))}" />
            <text x="${plot.left - 7}" y="${fixed(y(mark) + 4)}" text-anchor="end">${grouped(mark)}</text>`,
      )}
      ${histogram.map(
        (bin, i) =>
          html`<rect
            x="${fixed(x(i) + gap / 2)}"
            y="${fixed(y(bin.count))}"
            width="${fixed(step - gap)}"
            height="${fixed(plot.bottom - y(bin.count))}"
          >
            <title>${rangeText(bin)}: ${grouped(bin.count)}</title>
          </rect>`,
      )}
      ${histogram.map((bin, i) =>
        i % Math.ceil(histogram.length / 6) === 0
          ? html`<text x="${fixed(x(i) + step / 2)}" y="${plot.bottom + 18}" text-anchor="middle"
              >${label(bin, histogram)}</text
            >`
          : undefined,
      )}
    </svg>
  </figure>`;
}

const rangeText = ({ from, to }: Bin): string => (from === to ? grouped(from) : `${grouped(from)} to ${grouped(to)}`);

/** The label of a bar: where it begins, with a sign that the last bar is open if it takes in the tail. */
function label({ from, to }: Bin, all: readonly Bin[]): string {
  const isTail = to - from > all[0]!.to - all[0]!.from;
  return `${isTail ? "≥ " : ""}${grouped(from)}`;
}

const fixed = (coordinate: number): string => coordinate.toFixed(1);
