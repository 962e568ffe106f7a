import { plural } from "../quote.ts";
import { frame, section } from "./frame.ts";
import { html, type Html } from "./html.ts";
import { noticesList } from "./notices-list.ts";
import type { AgreementStatistics } from "../statistics/agreement.ts";
import { histogramChart } from "./histogram-chart.ts";
import {
  agreementColumns,
  agreementNote,
  agreementRow,
  grouped,
  percent,
  statisticsFacts,
  statisticsRows,
  type CorpusFacts,
  type FactGroup,
} from "./statistics-facts.ts";

/** Writes the statistics of a corpus as one self-contained HTML page: no network, no script, light and dark. */
export function statisticsPage(statistics: CorpusFacts): string {
  const { sources, documents, entities, relations, notices } = statistics;
  return frame({
    title: "What the data holds",
    subtitle: sources.map(({ path, formats }) => `${path} (${formats.join(", ")})`).join(", "),
    main: html`${headline(statistics)}
    ${section("Lengths and distances", [
      html`<div class="charts">${statisticsRows(statistics).map((row, i) => histogramChart(row, i))}</div>
        <p class="note">
          The last bar holds all that is longer. Characters are UTF-16 code units, words runs of letters and digits;
          distances are those between the entities of related pairs.
        </p>`,
    ])}
    ${section("Counts", [html`<div class="charts">${statisticsFacts(statistics).map(factCard)}</div>`])}
    ${statistics.agreement ? section("Agreement of annotators", [agreementTable(statistics.agreement)]) : undefined}
    ${section("Relations by label", [
      countTable(
        ["relation"],
        relations.labels.map(({ label, count, documents }) => ({ names: [label], count, documents })),
        relations.total,
      ),
    ])}
    ${section("Relations by the types they join", [
      countTable(
        ["from", "relation", "to"],
        relations.triples.map(({ head, label, tail, count }) => ({ names: [head, label, tail], count })),
        relations.triples.reduce((sum, { count }) => sum + count, 0),
      ),
    ])}
    ${section("Entities by type", [
      countTable(
        ["type"],
        entities.types.map(({ type, count }) => ({ names: [type], count })),
        entities.total,
      ),
    ])}
    ${section("Noticed while reading", [notices.length === 0 ? html`<p>Nothing.</p>` : noticesList(notices)])}
    ${section("Files", [fileTable(statistics)])}`,
    footer: `Written by Relata from ${plural(documents.total, "document")}.`,
  });
}

function headline({ documents, entities, relations, noRelationLabel }: CorpusFacts): Html {
  const { pairs, labels } = relations;
  const fact = (title: string, number: string, note: string): Html =>
    html`<div>
      <dt>${title}</dt>
      <dd class="number">${number}</dd>
      <dd class="protocol">${note}</dd>
    </div>`;
  return html`<div class="headline">
    <div class="chosen">
      <h2>Documents</h2>
      <p class="number">${grouped(documents.total)}</p>
      <p class="protocol">${grouped(documents.characters.sum)} characters, ${grouped(documents.words.sum)} words</p>
    </div>
    <dl>
      ${fact("Entities", grouped(entities.total), `of ${plural(entities.types.length, "type")}`)}
      ${fact("Relations", grouped(relations.total), `of ${plural(labels.length, "label")}, as annotated`)}
      ${fact("Ordered pairs", grouped(pairs.total), "of two entities of a document")}
      ${fact("Related pairs", grouped(pairs.related), `${percent(pairs.related, pairs.total)} of all pairs`)}
      ${fact(noRelationLabel, percent(pairs.unrelated, pairs.total), `${grouped(pairs.unrelated)} pairs without a relation`)}
      ${fact("Several labels", percent(pairs.severalLabels, pairs.related), `${grouped(pairs.severalLabels)} of the related pairs`)}
    </dl>
  </div>`;
}

/** Annotators are numbered: a page is passed on, and their names are for the terminal alone. */
const agreementTable = ({ texts, annotators, pairs }: AgreementStatistics): Html => {
  const numbers = new Map(annotators.map(({ name }, i) => [name, `annotator ${i + 1}`]));
  const numbered = (name: string): string => numbers.get(name) ?? "";
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Agreement of annotators">
      <table class="scores">
        <thead>
          <tr>
            ${agreementColumns.map((name, i) => html`<th class="${i === 0 ? "" : "n"}" scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${pairs.map((pair) => {
            const [first, second] = pair.annotators;
            const [names = "", ...values] = agreementRow({ ...pair, annotators: [numbered(first), numbered(second)] });
            return html`<tr>
              <th scope="row"><bdi>${names}</bdi></th>
              ${values.map((number) => html`<td class="n">${number}</td>`)}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    <p class="note">${plural(texts, "text")} with several annotators. ${agreementNote}</p>`;
};

const factCard = ({ title, facts, note }: FactGroup): Html =>
  html`<figure class="chart">
    <figcaption>${title}</figcaption>
    <dl class="settings facts">
      ${facts.map(
        ({ name, count, total, of }) =>
          html`<div>
            <dt>${name}</dt>
            <dd>
              ${
                total && count > 0
                  ? html`<span class="from">${percent(count, total)}${of === undefined ? "" : ` of ${of}`}</span>`
                  : undefined
              }
              ${grouped(count)}
            </dd>
          </div>`,
      )}
    </dl>
    ${note === undefined ? undefined : html`<p class="note">${note}</p>`}
  </figure>`;

interface CountRow {
  readonly names: readonly string[];
  readonly count: number;
  readonly documents?: number;
}

/** Number of rows shown before the user opens the rest. */
const rowsShown = 30;

/** Writes a table of names with their counts and shares. */
function countTable(names: readonly string[], rows: readonly CountRow[], total: number): Html {
  if (rows.length === 0) return html`<p>There are none.</p>`;
  const greatest = Math.max(...rows.map(({ count }) => count));
  const table = (some: readonly CountRow[]): Html =>
    html`<div class="scroll" tabindex="0" role="region" aria-label="${names.join(", ")}">
      <table class="scores">
        <thead>
          <tr>
            ${names.map((name) => html`<th scope="col">${name}</th>`)}
            ${rows[0]!.documents === undefined ? undefined : html`<th class="n" scope="col">documents</th>`}
            <th class="n" scope="col">count</th>
            <th class="n" scope="col">share</th>
          </tr>
        </thead>
        <tbody>
          ${some.map((row) => countRow(row, greatest, total))}
        </tbody>
      </table>
    </div>`;
  const hidden = rows.slice(rowsShown);
  if (hidden.length === 0) return table(rows);
  return html`${table(rows.slice(0, rowsShown))}
    <details>
      <summary class="note">${hidden.length} more</summary>
      ${table(hidden)}
    </details>`;
}

function countRow({ names, count, documents }: CountRow, greatest: number, total: number): Html {
  const shown = names.map((name) => (name === "" ? html`<span class="from">none</span>` : html`<bdi>${name}</bdi>`));
  const [first, ...others] = shown;
  return html`<tr>
    <th scope="row">${first}</th>
    ${others.map((name) => html`<td>${name}</td>`)}
    ${documents === undefined ? undefined : html`<td class="n">${grouped(documents)}</td>`}
    <td class="n">${grouped(count)}</td>
    <td class="n bar" style="--value: ${(count / greatest).toFixed(3)}"><span>${percent(count, total)}</span></td>
  </tr>`;
}

const fileTable = ({ sources }: CorpusFacts): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Files">
    <table class="scores">
      <thead>
        <tr>
          ${["file", "format", "SHA-256"].map((name) => html`<th scope="col">${name}</th>`)}
          ${["bytes", "documents"].map((name) => html`<th class="n" scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${sources.map(
          ({ path, formats, sha256, bytes, documents }) =>
            html`<tr>
              <th scope="row">${path}</th>
              <td>${formats.join(", ")}</td>
              <td><span class="from" title="${sha256}">${sha256.slice(0, 12)}…</span></td>
              <td class="n">${grouped(bytes)}</td>
              <td class="n">${grouped(documents)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
