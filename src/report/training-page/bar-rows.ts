import { html, type Html, type HtmlChild } from "../html.ts";

/** A line of a bar chart: shares between 0 and 1. */
export interface BarRow {
  readonly title: HtmlChild;
  readonly value: number;
  /** The 95 % interval of the value. */
  readonly interval?: readonly [low: number, high: number] | undefined;
  /** Another value that is marked on the bar, as that of the best rule. */
  readonly mark?: number | undefined;
  /** The counts behind the value, in words. */
  readonly text: HtmlChild;
}

/** Bars under each other, each with its value as a number and its counts in words: the picture itself says nothing more. */
export const barRows = (rows: readonly BarRow[]): Html =>
  html`<ul class="rows">
    ${rows.map(
      ({ title, value, interval, mark, text }) =>
        html`<li>
          <span class="name">${title}</span>
          <span class="track" aria-hidden="true">
            <span class="fill" style="width: ${percent(value)}"></span>
            ${interval === undefined ? undefined : whisker(interval)}
            ${mark === undefined ? undefined : html`<span class="mark" style="left: ${percent(mark)}"></span>`}
          </span>
          <span class="value">${value.toFixed(2)}</span>
          <span class="text">${text}</span>
        </li>`,
    )}
  </ul>`;

const whisker = ([low, high]: readonly [number, number]): Html =>
  html`<span class="whisker" style="left: ${percent(low)}; width: ${percent(Math.max(0, high - low))}"></span>`;

const percent = (share: number): string => `${(100 * Math.min(1, Math.max(0, share))).toFixed(1)}%`;
