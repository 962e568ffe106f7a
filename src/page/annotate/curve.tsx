import type { JSX } from "preact";
import type { Point } from "../../annotation/training-state.ts";
import { percentOf, t } from "../words/language.ts";

interface Props {
  readonly loss: readonly Point[];
  readonly f1: readonly Point[];
  readonly totalSteps: number | undefined;
}

const size = { width: 640, height: 180, left: 8, top: 10, bottom: 22 };

/** The loss of each step, and F1 on the documents that the run holds out for itself, as they come. */
export function Curve({ loss, f1, totalSteps }: Props): JSX.Element | null {
  const words = t.value;
  if (loss.length === 0) return null;
  const last = totalSteps ?? loss.at(-1)!.step;
  const highest = Math.max(...loss.map(({ value }) => value));
  const x = (step: number): number => size.left + (step / Math.max(1, last)) * (size.width - 2 * size.left);
  const y = (share: number): number => size.top + (1 - share) * (size.height - size.top - size.bottom);
  const path = (points: readonly Point[], top: number): string =>
    points
      .map(({ step, value }, i) => `${i === 0 ? "M" : "L"}${x(step).toFixed(1)} ${y(value / top).toFixed(1)}`)
      .join("");
  const step = loss.at(-1)!.step;
  const score = f1.at(-1)?.value;
  const label = words.curve(step, last, loss.at(-1)!.value.toFixed(3), score === undefined ? "–" : percentOf(score));
  return (
    <figure class="curve">
      <svg viewBox={`0 0 ${size.width} ${size.height}`} role="img" aria-label={label}>
        <line x1={size.left} x2={size.width - size.left} y1={y(0)} y2={y(0)} class="axis" />
        <path d={path(loss, highest || 1)} class="loss" />
        <path d={path(f1, 1)} class="f1" />
        {f1.map(({ step: at, value }) => (
          <circle key={at} cx={x(at)} cy={y(value)} r="3.5" class="f1" />
        ))}
      </svg>
      <figcaption class="soft">{label}</figcaption>
    </figure>
  );
}
