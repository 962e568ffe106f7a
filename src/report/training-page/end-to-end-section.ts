import type { EndToEndScores } from "../../evaluation/entities/end-to-end.ts";
import type { SetScores } from "../../evaluation/entities/label-counts.ts";
import { missCauseNames, type Misses } from "../../evaluation/entities/misses.ts";
import type { AverageScores } from "../../evaluation/scores.ts";
import { causeTitles, endToEndProtocol, endToEndRows } from "../entity-tables.ts";
import { html, type Html } from "../html.ts";

/** The scores of one run on bare texts; what the page shows of entities and of relations between them. */
export interface FromText {
  readonly entities: SetScores;
  /** Absent for a model that finds entities alone. */
  readonly relations?: EndToEndScores;
}

/** Scores from the bare text: entities, relations with annotated and with found entities, and why some were missed. */
export function fromTextSection({ entities, relations }: FromText): Html {
  return html`${relations && table("Relations from text", "", rowsOf(relations, entities))}
    ${relations && html`<p class="note">${endToEndProtocol}</p>`} ${relations && causes(relations.misses)}
    ${table("Scores per type of entity", "type", [
      ...entities.perLabel.map((scores) => ({ title: scores.label || "(no type)", scores })),
      { title: "micro", scores: entities.micro },
      { title: "macro", scores: entities.macro },
      { title: "weighted", scores: entities.weighted },
    ])}
    <p class="note">Strict: an entity is right if both boundaries and its type are.</p>`;
}

const rowsOf = (relations: EndToEndScores, entities: SetScores): Row[] => endToEndRows(relations, entities);

interface Row {
  readonly title: string;
  readonly scores: AverageScores;
}

const table = (name: string, first: string, rows: readonly Row[]): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${name}">
    <table class="scores">
      <thead>
        <tr>
          <th scope="col">${first}</th>
          ${["precision", "recall", "F1", "gold", "found"].map((title) => html`<th class="n" scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ title, scores }) =>
            html`<tr>
              <th scope="row"><bdi>${title}</bdi></th>
              ${[scores.precision, scores.recall, scores.f1].map(bar)}
              <td class="n">${scores.support}</td>
              <td class="n">${scores.predicted}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** Bars of the causes, as shares of all missed relations. */
function causes({ gold, missed, causes: counts }: Misses): Html {
  if (missed === 0) return html`<p>No annotated relation was missed.</p>`;
  return html`<p>${missed} of ${gold} annotated relations were missed, strictly:</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Causes of missed relations">
      <table class="scores">
        <thead>
          <tr>
            <th scope="col">missed because</th>
            <th class="n" scope="col">share</th>
            <th class="n" scope="col">relations</th>
          </tr>
        </thead>
        <tbody>
          ${missCauseNames.map(
            (cause) =>
              html`<tr>
                <th scope="row">${causeTitles[cause]}</th>
                ${bar(counts[cause] / missed)}
                <td class="n">${counts[cause]}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

const bar = (value: number): Html =>
  html`<td class="n bar" style="--value: ${value.toFixed(3)}"><span>${value.toFixed(3)}</span></td>`;
