import type { JSX } from "preact";
import type { Point } from "../../annotation/training-state.ts";
import { language, percentOf, t } from "../words/language.ts";

interface Props {
  readonly loss: readonly Point[];
  readonly f1: readonly Point[];
  readonly totalSteps: number | undefined;
}

/** In units of the picture, which is stretched to its place; the lines keep their widths. */
const size = { width: 640, height: 160 };

/**
 * The loss of each step, and F1 on the documents that the run holds out for itself, as they come. The numbers of the axes
 * are words of the page beside the picture, so that they can be read on a phone too.
 */
export function Curve({ loss, f1, totalSteps }: Props): JSX.Element | null {
  const words = t.value;
  if (loss.length === 0) return null;
  const last = totalSteps ?? loss.at(-1)!.step;
  const highest = topOf(Math.max(...loss.map(({ value }) => value)));
  const x = (step: number): string => ((step / Math.max(1, last)) * size.width).toFixed(1);
  const y = (share: number): string => ((1 - share) * size.height).toFixed(1);
  const path = (points: readonly Point[], top: number): string =>
    points.map(({ step, value }, i) => `${i === 0 ? "M" : "L"}${x(step)} ${y(value / top)}`).join("");
  // A round cap of no length is a dot, which stays round however the picture is stretched.
  const dots = f1.map(({ step, value }) => `M${x(step)} ${y(value)}h0`).join("");
  const step = loss.at(-1)!.step;
  const score = f1.at(-1)?.value;
  const label = words.curve(step, last, loss.at(-1)!.value.toFixed(3), score === undefined ? "–" : percentOf(score));
  const ofLoss = (value: number): string => value.toLocaleString(language.value, { maximumSignificantDigits: 2 });
  return (
    <figure class="curve">
      <ul class="legend">
        <li class="loss">{words.lossCurve}</li>
        <li class="f1">{words.f1Curve}</li>
      </ul>
      <div class="chart">
        <Axis class="loss" values={[highest, highest / 2, 0].map(ofLoss)} />
        <svg viewBox={`0 0 ${size.width} ${size.height}`} preserveAspectRatio="none" role="img" aria-label={label}>
          <path d={[0, 0.5, 1].map((share) => `M0 ${y(share)}h${size.width}`).join("")} class="axis" />
          <path d={path(loss, highest)} class="loss" />
          <path d={path(f1, 1)} class="f1" />
          <path d={dots} class="f1 dots" />
        </svg>
        <Axis class="f1" values={[1, 0.5, 0].map(percentOf)} />
        <p class="steps" aria-hidden="true">
          <span>0</span> <span>{words.stepAxis}</span> <span>{last}</span>
        </p>
      </div>
      <figcaption class="soft">{label}</figcaption>
    </figure>
  );
}

/** The numbers of an axis, from top to bottom; a screen reader has the picture's label instead. */
function Axis({ class: name, values }: { readonly class: string; readonly values: readonly string[] }): JSX.Element {
  return (
    <p class={`numbers ${name}`} aria-hidden="true">
      {values.map((value) => (
        <span key={value}>{value}</span>
      ))}
    </p>
  );
}

/** The least of 1, 2, 4, 6, 8 times a power of ten that a value does not exceed, whose half is short too. */
function topOf(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 4, 6, 8, 10].find((times) => times * power >= value)!;
}
