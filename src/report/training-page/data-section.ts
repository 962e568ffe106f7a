import type { Unit } from "../../corpus/unit.ts";
import { html, type Html } from "../html.ts";
import type { DataSummary, PartNumbers } from "./content.ts";

/** Rows that are shown at once; the rest can be opened. */
const shownRows = 30;

/** The data of a run: what each part has of documents, examples and labels, and which files it is from. */
export function dataSection(data: DataSummary, { many, label }: Unit): Html {
  const hasTest = data.documents.test !== undefined;
  const row = (title: Html | string, of: PartNumbers): Html =>
    html`<tr>
      <th scope="row">${title}</th>
      <td class="n">${of.train}</td>
      <td class="n">${of.validation}</td>
      ${hasTest ? html`<td class="n">${of.test ?? 0}</td>` : undefined}
    </tr>`;
  const table = (rows: readonly Html[]): Html =>
    html`<div class="scroll" tabindex="0" role="region" aria-label="Data by part">
      <table class="scores">
        <thead>
          <tr>
            <th scope="col"></th>
            <th class="n" scope="col">training</th>
            <th class="n" scope="col">${hasTest ? "validation" : "held out"}</th>
            ${hasTest ? html`<th class="n" scope="col">test</th>` : undefined}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`;
  const labels = data.labels
    .toSorted((a, b) => b.train - a.train)
    .map((one) => row(html`<bdi>${one.label}</bdi>`, one));
  const [first, rest] = [labels.slice(0, shownRows), labels.slice(shownRows)];
  return html`${table([row("documents", data.documents), row(many, data.examples), ...first])}
    ${
      rest.length === 0
        ? undefined
        : html`<details>
            <summary>${rest.length} rarer ${rest.length === 1 ? label : `${label}s`}</summary>
            ${table(rest)}
          </details>`
    }
    ${
      data.entityTypes.length === 0
        ? undefined
        : html`<p class="note">
            Types of entities: ${data.entityTypes.map((type, i) => html`${i > 0 ? ", " : ""}<bdi>${type}</bdi>`)}.
          </p>`
    }
    <ul class="note files">
      ${data.files.map(
        ({ path, sha256, documents, part }) =>
          html`<li>
            <bdi>${path.split(/[\\/]/).at(-1)}</bdi>${part === undefined ? undefined : ` (${part} part)`}: ${documents}
            documents, SHA-256
            <span class="hash">${sha256}</span>
          </li>`,
      )}
    </ul>`;
}
