import type { Unit } from "../../corpus/unit.ts";
import type { DistanceBin } from "../../evaluation/distances.ts";
import { occurs, type LabelScores, type Scores } from "../../evaluation/scores.ts";
import { html, type Html } from "../html.ts";
import { barRows } from "./bar-rows.ts";
import { foundAndRight } from "./label-bars.ts";

/** F1 of relations by the number of words between their mentions. */
export function distanceBars(bins: readonly DistanceBin[]): Html {
  return html`<p>
      How well relations are found (F1), by the number of words that stand between the two mentions. Bars that grow
      shorter downwards mean that the model loses sight of mentions that are far apart.
    </p>
    ${barRows(
      bins.map(({ from, to, gold, predicted, right }) => ({
        title:
          to === null
            ? `${from} words or more`
            : from === to
              ? `${from} word${from === 1 ? "" : "s"}`
              : `${from} to ${to} words`,
        value: (2 * right) / (gold + predicted),
        text: foundAndRight(right, gold, predicted),
      })),
    )}`;
}

// In units of the view box, which the page scales to the width of its column: on a phone to four fifths.
const width = 400;
const height = 260;
const plot = { left: 44, right: 388, top: 14, bottom: 212 };

/** The width of a letter of a name and of a digit, and the height of a line, where letters are largest. */
const letter = { wide: 9, digit: 8.5, high: 14 };

/** Labels whose names are written beside their dots at most. */
const mostNames = 20;

/** The F1 of each label against the number of its training examples, which grow tenfold along the axis. */
export function supportChart(
  scores: Scores,
  trained: ReadonlyMap<string, number>,
  { label, labels, many }: Unit,
): Html {
  const dots = scores.perLabel
    .filter((one) => one.id !== scores.noRelationId && occurs(one))
    .map((one) => ({ one, count: trained.get(one.label) ?? 0 }));
  const greatest = Math.max(10, ...dots.map(({ count }) => count));
  const x = (count: number): number =>
    plot.left + (Math.log10(1 + count) / Math.log10(1 + greatest)) * (plot.right - plot.left);
  const y = (f1: number): number => plot.bottom - f1 * (plot.bottom - plot.top);
  const marks = apart(
    [0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 1_000_000].filter((n) => n <= greatest),
    x,
  );
  return html`<p>
      Each dot is a ${label}: to the right are those with many examples to learn from, at the top those that are found
      well (F1). A dot at the bottom left needs more annotations; one at the bottom right has enough of them, so look at
      its mistakes.
    </p>
    <figure class="chart support">
      <figcaption>F1 by the number of training ${many}</figcaption>
      <svg
        viewBox="0 0 ${width} ${height}"
        role="img"
        aria-label="F1 of ${dots.length} ${labels} against their number of training ${many}"
      >
        ${[0, 0.25, 0.5, 0.75, 1].map(
          (tick) =>
            html`<line
                class="grid"
                x1="${plot.left}"
                x2="${plot.right}"
                y1="${fixed(y(tick))}"
                y2="${fixed(y(tick))}"
              />
              <text x="${plot.left - 7}" y="${fixed(y(tick) + 4)}" text-anchor="end">${tick}</text>`,
        )}
        ${marks.map((n) => html`<text x="${fixed(x(n))}" y="${plot.bottom + 18}" text-anchor="middle">${n}</text>`)}
        <text x="${plot.right}" y="${height - 6}" text-anchor="end">training ${many}</text>
        <g class="series-1">
          ${dots.map(
            ({ one, count }) =>
              html`<circle cx="${fixed(x(count))}" cy="${fixed(y(one.f1))}" r="5">
                <title>${one.label}: ${count} to learn from, F1 ${one.f1.toFixed(2)}</title>
              </circle>`,
          )}
        </g>
        ${names(dots, x, y)}
      </svg>
    </figure>`;
}

/** The marks that have room for their digits beside the one before. */
function apart(marks: readonly number[], x: (count: number) => number): number[] {
  const shown: number[] = [];
  for (const mark of marks) {
    const before = shown.at(-1);
    const room = (letter.digit * (String(mark).length + String(before ?? "").length)) / 2 + 4;
    if (before === undefined || x(mark) - x(before) >= room) shown.push(mark);
  }
  return shown;
}

/** Names beside the dots, the lowest first, where they cover no other name. */
function names(
  dots: readonly { readonly one: LabelScores; readonly count: number }[],
  x: (count: number) => number,
  y: (f1: number) => number,
): Html[] {
  const taken: { left: number; right: number; y: number }[] = dots.map(({ one, count }) => ({
    left: x(count) - 5,
    right: x(count) + 5,
    y: y(one.f1),
  }));
  const drawn: Html[] = [];
  for (const { one, count } of dots.toSorted((a, b) => a.one.f1 - b.one.f1)) {
    if (drawn.length >= mostNames) break;
    const characters = Array.from(one.label);
    const name = characters.length > 24 ? `${characters.slice(0, 23).join("")}…` : one.label;
    const size = letter.wide * Math.min(24, characters.length);
    const isLeft = x(count) + 8 + size > plot.right;
    const left = isLeft ? x(count) - 8 - size : x(count) + 8;
    const box = { left, right: left + size, y: y(one.f1) };
    if (
      taken.some((other) => Math.abs(other.y - box.y) < letter.high && other.left < box.right && box.left < other.right)
    )
      continue;
    taken.push(box);
    drawn.push(
      html`<text
        x="${fixed(isLeft ? x(count) - 8 : x(count) + 8)}"
        y="${fixed(box.y + 4)}"
        text-anchor="${isLeft ? "end" : "start"}"
        >${name}</text
      >`,
    );
  }
  return drawn;
}

const fixed = (coordinate: number): string => coordinate.toFixed(1);
