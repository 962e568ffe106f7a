import type { Unit } from "../../corpus/unit.ts";
import { plural } from "../../quote.ts";
import { confusions, merged, mostConfused } from "../../evaluation/confused-labels.ts";
import type { ConfusionMatrix } from "../../evaluation/confusion.ts";
import { html } from "../html.ts";
import type { Html } from "../html.ts";

/** Labels that the heat table has at most: a larger one is neither read nor drawn in time. */
const mostLabels = 24;

/** Labels with a line of their own in the list of all; it grows with the labels, not with their square. */
const mostLines = 2000;

/** Wrong answers that a line names. */
const namedAnswers = 4;

/**
 * The confusion matrix as a heat table: colour is the share of the row, the number is the count. Of many labels it has
 * those that are confused most, the most confused first, with the others as one, and a list of all labels below.
 * @param nothing the label that means that there is no relation, or no entity
 */
export function confusionHeat(confusion: ConfusionMatrix, unit: Unit, nothing?: string): Html {
  const occurring = confusion.id2label.filter((_, id) => occurs(confusion, id)).length;
  if (occurring <= mostLabels) return html`${reading(confusion, unit, nothing)} ${heat(confusion, unit)}`;
  const ids = mostConfused(confusion).slice(0, mostLabels);
  return html`${reading(confusion, unit, nothing)}
    <p>
      The ${mostLabels} of ${confusion.id2label.length} labels that are confused most, the most confused first, and the
      others as one.
    </p>
    ${heat(merged(confusion, ids), unit, orderOf(ids))} ${labelList(confusion, unit)}`;
}

/** Positions in a merged matrix, which keeps the order of the ids, in the order given; the others come last. */
function orderOf(ids: readonly number[]): number[] {
  const sorted = ids.toSorted((a, b) => a - b);
  return [...ids.map((id) => sorted.indexOf(id)), ids.length];
}

/** How the table is read, with its largest mistake as the example. */
function reading(confusion: ConfusionMatrix, { one, many }: Unit, nothing: string | undefined): Html {
  const [worst] = confusions(confusion);
  const { id2label, counts } = confusion;
  return html`<p>
    Each row is a label as it was annotated; the columns are what the model answered. Green cells are right, orange ones
    wrong, the deeper the more often.
    ${nothing === undefined ? undefined : html`<b><bdi>${nothing}</bdi></b> means that there is none: its column holds what was missed, its row what was invented.`}
    ${
      worst === undefined
        ? `Nothing is wrong: every ${one} got its label.`
        : html`The most frequent mistake: of ${total(counts[worst.gold]!)} ${many} annotated
            <b><bdi>${id2label[worst.gold]}</bdi></b> (its row), ${worst.count} were answered
            <b><bdi>${id2label[worst.predicted]}</bdi></b> (its column).`
    }
  </p>`;
}

const occurs = ({ counts }: ConfusionMatrix, id: number): boolean =>
  counts[id]!.some((count) => count > 0) || counts.some((row) => row[id]! > 0);

/** Every label with its most frequent wrong answers, the most confused first. */
function labelList(confusion: ConfusionMatrix, { many }: Unit): Html {
  const { id2label, counts } = confusion;
  const ranked = mostConfused(confusion).filter((id) => occurs(confusion, id));
  const shown = ranked.slice(0, mostLines);
  const answers = (id: number): Html[] => {
    const wrong = counts[id]!.flatMap((count, other) => (count > 0 && other !== id ? [{ other, count }] : []));
    wrong.sort((a, b) => b.count - a.count);
    const named = wrong.slice(0, namedAnswers);
    const rest = total(wrong.slice(namedAnswers).map(({ count }) => count));
    return [
      ...named.map(({ other, count }, i) => html`${i > 0 ? ", " : ""}<bdi>${id2label[other]}</bdi> ${count}`),
      ...(rest > 0 ? [html`, others ${rest}`] : []),
    ];
  };
  return html`<details>
    <summary>All ${shown.length} labels with their most frequent wrong answers</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Labels and their wrong answers">
      <table class="scores">
        <thead>
          <tr>
            <th scope="col">annotated</th>
            <th class="n" scope="col">${many}</th>
            <th class="n" scope="col">right</th>
            <th scope="col">answered instead</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (id) =>
              html`<tr>
                <th scope="row"><bdi>${id2label[id]}</bdi></th>
                <td class="n">${total(counts[id]!)}</td>
                <td class="n">${counts[id]![id]}</td>
                <td>${answers(id)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${ranked.length > shown.length ? html`<p class="note">${ranked.length - shown.length} more are not listed.</p>` : undefined}
  </details>`;
}

function heat({ id2label, counts }: ConfusionMatrix, { one, many }: Unit, order?: readonly number[]): Html {
  const rowSums = counts.map(total);
  const columnSums = id2label.map((_, id) => total(counts.map((row) => row[id]!)));
  const shown = (order ?? [...id2label.keys()]).filter((id) => rowSums[id]! + columnSums[id]! > 0);
  const hidden = id2label.length - shown.length;
  const upright = shown.reduce((length, id) => length + Math.max(5, id2label[id]!.length), 0) > 56;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix">
      <table class="heat ${upright ? "upright" : ""}">
        <thead>
          <tr>
            <th class="corner" scope="col">annotated ↓ answered →</th>
            ${shown.map((id) => html`<th scope="col"><bdi>${id2label[id]}</bdi></th>`)}
            <th class="sum" scope="col">all</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (gold) =>
              html`<tr>
                <th scope="row"><bdi>${id2label[gold]}</bdi></th>
                ${shown.map((predicted) => heatCell({ id2label, many }, [gold, predicted], counts[gold]![predicted]!, rowSums[gold]!))}
                <td class="sum">${rowSums[gold]}</td>
              </tr>`,
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">all</th>
            ${shown.map((id) => html`<td class="sum">${columnSums[id]}</td>`)}
            <td class="sum">${total(rowSums)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
    <p class="note">
      <span class="swatch right"></span> right <span class="swatch wrong"></span> wrong; the deeper, the larger the
      share of its row.
      ${hidden > 0 ? `${plural(hidden, "label")} that no ${one} has, annotated or answered, left out.` : undefined}
    </p>`;
}

function heatCell(
  { id2label, many }: { readonly id2label: readonly string[]; readonly many: string },
  [gold, predicted]: readonly [number, number],
  count: number,
  rowSum: number,
): Html {
  if (count === 0) return html`<td class="nothing">·</td>`;
  const share = count / rowSum;
  const kind = gold === predicted ? "right" : "wrong";
  const title = `${count} of ${rowSum} ${id2label[gold]} ${many} (${(100 * share).toFixed(1)} %) answered ${id2label[predicted]}`;
  return html`<td class="${kind}" style="--share: ${share.toFixed(3)}" title="${title}">${count}</td>`;
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, count) => sum + count, 0);
