import type { Evaluation } from "../../evaluation/evaluation.ts";
import type { Reliability, ReliabilityBin } from "../../evaluation/reliability.ts";
import type { Unit } from "../../corpus/unit.ts";
import { plural } from "../../quote.ts";
import { html, type Html } from "../html.ts";

// In units of the view box, which the page scales to the width of its column.
const width = 400;
const height = 300;
const plot = { left: 48, right: 388, top: 10, bottom: 252 };
const ticks = [0, 0.25, 0.5, 0.75, 1];

interface Series {
  readonly name: string;
  readonly color: number;
  readonly of: Reliability;
}

/** Whether probabilities are frequencies: a plot of both, before and after calibration, and the figures in words. */
export function reliabilitySection(reliability: NonNullable<Evaluation["reliability"]>, unit: Unit): Html {
  const { before } = reliability;
  const isOfRelations = reliability.relations.count > 0;
  const pick = ({ all, relations }: { all: Reliability; relations: Reliability }): Reliability =>
    isOfRelations ? relations : all;
  const after = pick(reliability);
  const series: Series[] = [
    ...(before && pick(before).count > 0 ? [{ name: "before calibration", color: 2, of: pick(before) }] : []),
    { name: before ? "after calibration" : "model", color: 1, of: after },
  ];
  return html`<p>${inWords(after, isOfRelations ? unit.labels : unit.many)}</p>
    <div class="charts">
      ${chart(series, isOfRelations ? unit.labels : unit.many)}
      <figure class="chart">
        <figcaption>In figures</figcaption>
        <dl class="settings">
          ${series.flatMap(({ name, of }) => [
            fact(`${name}: mean probability`, percent(of.probability)),
            fact(`${name}: really right`, percent(of.right)),
            fact(`${name}: expected calibration error (ECE)`, of.ece.toFixed(3)),
          ])}
          ${isOfRelations ? fact(`all answers, ${before ? "after calibration" : "no relation included"}: ECE`, reliability.all.ece.toFixed(3)) : undefined}
        </dl>
        <p class="note">
          ECE is the mean distance of the points from the line; 0 is best.
          ${before ? "Calibration was learnt on the validation documents." : ""}
        </p>
      </figure>
    </div>`;
}

const fact = (name: string, value: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd class="number">${value}</dd>
  </div>`;

/** How far a probability may be off, on average, before the words call it so. */
const tolerance = 0.05;

function inWords({ count, probability, right, ece }: Reliability, things: string): string {
  if (count === 0) return "No answer was given, so there is nothing to compare.";
  const start = `For the ${count} ${things} that it reports, the model is ${percent(probability)} sure on average; ${percent(right)} of them are right.`;
  if (ece <= tolerance) return `${start} Its percentages can be taken at their word.`;
  if (probability > right + tolerance / 2) return `${start} It is too sure of itself: read its percentages as less.`;
  if (probability < right - tolerance / 2) return `${start} It is right more often than it believes.`;
  return `${start} That fits on the whole, but a single percentage is off by ${(100 * ece).toFixed(0)} points on average.`;
}

function chart(series: readonly Series[], things: string): Html {
  const x = (value: number): string => (plot.left + value * (plot.right - plot.left)).toFixed(1);
  const y = (value: number): string => (plot.bottom - value * (plot.bottom - plot.top)).toFixed(1);
  const summary = series.map(({ name, of }) => `${name}: expected calibration error ${of.ece.toFixed(3)}`).join("; ");
  return html`<figure class="chart">
    <figcaption>
      When it says 90 %, is it right in 90 %?
      <span class="legend"
        >${series.map(({ name, color }) => html`<span class="key series-${color}">${name}</span>`)}</span
      >
    </figcaption>
    <svg
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="Probability and share that is right, of ${things}. ${summary}"
    >
      ${ticks.map(
        (tick) =>
          html`<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${y(tick)}" y2="${y(tick)}" />
            <text x="${plot.left - 6}" y="${(Number(y(tick)) + 4).toFixed(1)}" text-anchor="end">${percent(tick)}</text>
            <text x="${x(tick)}" y="${plot.bottom + 17}" text-anchor="${tick === 1 ? "end" : "middle"}"
              >${percent(tick)}</text
            >`,
      )}
      <line class="best" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" />
      <text x="${x(0.2)}" y="${y(0.62)}">above: too modest</text>
      <text x="${x(0.62)}" y="${y(0.2)}">below: too sure</text>
      <text x="${plot.right}" y="${height - 8}" text-anchor="end">
        how sure the model is (up: how often it is right)
      </text>
      ${series.map(({ name, color, of }) => points(name, color, of, { x, y }))}
    </svg>
  </figure>`;
}

function points(
  name: string,
  color: number,
  { bins, count }: Reliability,
  { x, y }: { readonly x: (value: number) => string; readonly y: (value: number) => string },
): Html {
  const radius = (bin: ReliabilityBin): string => (2.5 + 7 * Math.sqrt(bin.count / count)).toFixed(1);
  return html`<g class="series-${color}">
    <polyline points="${bins.map(({ probability, right }) => `${x(probability)},${y(right)}`).join(" ")}" />
    ${bins.map(
      (bin) =>
        html`<circle cx="${x(bin.probability)}" cy="${y(bin.right)}" r="${radius(bin)}">
          <title>
            ${name}, ${percent(bin.low)} to ${percent(bin.high)}: ${plural(bin.count, "answer")}, ${percent(bin.right)}
            right
          </title>
        </circle>`,
    )}
  </g>`;
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
