import {
  plainVerdict,
  verdictBounds,
  type PlainVerdict,
  type PointKind,
  type VerdictFacts,
  type VerdictItem,
} from "../../evaluation/plain-verdict.ts";
import { noRelationFoundReason } from "../../evaluation/zero-reasons.ts";
import { html, type Html } from "../html.ts";

/** Items of a point that are shown at once; the rest can be opened. */
const shownItems = 6;

const titles: Readonly<Record<PointKind, string>> = {
  good: "Good at",
  weak: "Weak at",
  confuses: "Confuses",
  never: "Never finds",
  far: "Far apart",
  rule: "No better than a rule",
  few: "Too few to judge",
};

const standings = { surely: "beaten", perhaps: "warning", not: "warning" } as const;

/** Says in words what the model is good and bad at. */
export function verdictSection(facts: VerdictFacts): Html {
  const verdict = plainVerdict(facts);
  const nothing = noRelationFoundReason(facts.scores);
  return html`${leadText(verdict)}
    ${nothing === undefined ? undefined : html`<p class="warning">No ${facts.unit.label} was found: ${nothing}.</p>`}
    <dl class="points">
      ${verdict.points.map(
        ({ kind, items }) =>
          html`<div class="point ${kind}">
            <dt>${titles[kind]}</dt>
            <dd>${itemList(items.slice(0, shownItems))} ${rest(items.slice(shownItems))}</dd>
          </div>`,
      )}
    </dl>
    <p class="note">
      Computed from the figures below. Good: at least ${100 * verdictBounds.good} % are found, and at least as many of
      its answers are right. Too few: less than ${verdictBounds.few} annotated in these texts.
    </p>`;
}

const leadText = ({ lead: [first, ...others], standing }: PlainVerdict): Html =>
  html`<p class="lead">${first}</p>
    ${others.map((sentence) => html`<p class="${standing ? standings[standing] : "note"}">${sentence}</p>`)}`;

const itemList = (items: readonly VerdictItem[]): Html =>
  html`<ul>
    ${items.map(({ labels: [first, second], text }) => {
      const other = second === undefined ? undefined : html` with <b><bdi>${second}</bdi></b>`;
      return html`<li>
        ${
          first === undefined
            ? undefined
            : html`<b><bdi>${first}</bdi></b
                >${other}: `
        }${text}
      </li>`;
    })}
  </ul>`;

const rest = (items: readonly VerdictItem[]): Html | undefined =>
  items.length === 0
    ? undefined
    : html`<details>
        <summary>${items.length} more</summary>
        ${itemList(items)}
      </details>`;
