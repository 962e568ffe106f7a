import type { Unit } from "../../corpus/unit.ts";
import { plural } from "../../quote.ts";
import { confusions, merged, mostConfused } from "../../evaluation/confused-labels.ts";
import type { ConfusionMatrix } from "../../evaluation/confusion.ts";
import { html } from "../html.ts";
import type { Html } from "../html.ts";

/** Labels that the heat table has at most: a larger one is neither read nor drawn in time. */
const mostLabels = 60;

/** Confusions that stand in a list below at most. */
const mostConfusions = 2000;

/**
 * The confusion matrix as a heat table: colour is the share of the row, the number is the count. Of many labels it has
 * those that are confused most, with the others as one, and a list of all confusions below.
 */
export function confusionHeat(confusion: ConfusionMatrix, unit: Unit): Html {
  const occurring = confusion.id2label.filter((_, id) => occurs(confusion, id)).length;
  if (occurring <= mostLabels) return heat(confusion, unit);
  const some = merged(confusion, mostConfused(confusion).slice(0, mostLabels));
  return html`<p>
      The ${mostLabels} of ${confusion.id2label.length} labels that are confused most, and the others as one.
    </p>
    ${heat(some, unit)} ${confusionList(confusion, unit)}`;
}

const occurs = ({ counts }: ConfusionMatrix, id: number): boolean =>
  counts[id]!.some((count) => count > 0) || counts.some((row) => row[id]! > 0);

function confusionList(confusion: ConfusionMatrix, { many }: Unit): Html {
  const { id2label } = confusion;
  const all = confusions(confusion);
  const shown = all.slice(0, mostConfusions);
  return html`<details>
    <summary>${plural(all.length, "confusion")}, the most frequent first</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Confusions">
      <table class="scores">
        <thead>
          <tr>
            <th scope="col">gold</th>
            <th scope="col">predicted</th>
            <th class="n" scope="col">${many}</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ gold, predicted, count }) =>
              html`<tr>
                <th scope="row"><bdi>${id2label[gold]}</bdi></th>
                <td><bdi>${id2label[predicted]}</bdi></td>
                <td class="n">${count}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${all.length > shown.length ? html`<p class="note">${all.length - shown.length} rarer ones are not listed.</p>` : undefined}
  </details>`;
}

function heat({ id2label, counts }: ConfusionMatrix, { one, many }: Unit): Html {
  const rowSums = counts.map(total);
  const columnSums = id2label.map((_, id) => total(counts.map((row) => row[id]!)));
  const shown = id2label.map((_, id) => id).filter((id) => rowSums[id]! + columnSums[id]! > 0);
  const hidden = id2label.length - shown.length;
  const upright = shown.reduce((length, id) => length + Math.max(5, id2label[id]!.length), 0) > 56;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix">
      <table class="heat ${upright ? "upright" : ""}">
        <thead>
          <tr>
            <th class="corner" scope="col">gold ↓ predicted →</th>
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
      share of that gold label's ${many}.
      ${hidden > 0 ? `${plural(hidden, "label")} that no ${one} has, in gold or predictions, left out.` : undefined}
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
  const title = `${count} of ${rowSum} ${id2label[gold]} ${many} (${(100 * share).toFixed(1)} %) predicted ${id2label[predicted]}`;
  return html`<td class="${kind}" style="--share: ${share.toFixed(3)}" title="${title}">${count}</td>`;
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, count) => sum + count, 0);
