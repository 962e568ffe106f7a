import type { LabelInterval } from "../../evaluation/bootstrap.ts";
import { occurs, type LabelScores, type Scores } from "../../evaluation/scores.ts";
import { html, type Html } from "../html.ts";
import { barRows, type BarRow } from "./bar-rows.ts";

/** Bars that are shown at once; of more labels the worst come first, and the rest can be opened. */
const shownBars = 20;

/** F1 of each label as a bar, the lowest first, with its interval, and the best rule as a mark. */
export function labelBars(scores: Scores, intervals: readonly LabelInterval[], label: string): Html {
  const byId = new Map(intervals.map((one) => [one.id, one]));
  const rows = scores.perLabel
    .filter((one) => one.id !== scores.noRelationId && occurs(one))
    .toSorted((a, b) => a.f1 - b.f1 || b.support - a.support)
    .map((one) => row(one, byId.get(one.id)));
  const others = rows.slice(shownBars);
  return html`<p>
      The longer the bar, the better (F1, from 0 to 1): a long bar means that the model finds most of what is annotated
      and is mostly right when it says so.${rows.length > 1 ? html` The weakest ${label} stands first.` : undefined}
    </p>
    ${intervals.length === 0 ? undefined : legend} ${barRows(rows.slice(0, shownBars))}
    ${
      others.length === 0
        ? undefined
        : html`<details>
            <summary>${others.length} more, which are better</summary>
            ${barRows(others)}
          </details>`
    }`;
}

const legend = html`<p class="keys">
  <span class="swatch whisker-key"></span> 95 % interval: where F1 may lie on other texts of this kind
  <span class="swatch mark-key"></span> best rule that does not read the text
</p>`;

function row(of: LabelScores, interval: LabelInterval | undefined): BarRow {
  const { label, f1, support, predicted, truePositives } = of;
  const rule = interval?.rival;
  const isBeaten = rule !== undefined && rule.difference <= 0;
  return {
    title: html`<bdi>${label}</bdi>`,
    value: f1,
    interval: interval && [interval.low, interval.high],
    mark: rule?.f1,
    text: html`${foundAndRight(truePositives, support, predicted)}${
      rule
        ? html`; ${isBeaten ? html`<b>best rule ${rule.f1.toFixed(2)}</b>` : `best rule ${rule.f1.toFixed(2)}`}`
        : undefined
    }`,
  };
}

/** The counts behind an F1: of the annotated ones those that are found, of the answers those that are right. */
export const foundAndRight = (right: number, annotated: number, answered: number): string =>
  `${annotated === 0 ? "none annotated" : `found ${right} of ${annotated}`}; ` +
  (answered === 0 ? "never answered" : `right ${right} of ${answered}`);
