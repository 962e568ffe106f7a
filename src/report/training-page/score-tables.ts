import { plural } from "../../quote.ts";
import type { LabelInterval, ScoreInterval } from "../../evaluation/bootstrap.ts";
import type { NamedScores } from "../../evaluation/baselines.ts";
import {
  macroAverage,
  metricProtocol,
  metricsOf,
  metricValue,
  microAverage,
  noRelationOf,
  occurs,
} from "../../evaluation/scores.ts";
import type { AverageScores, LabelScores, MetricName, Scores } from "../../evaluation/scores.ts";
import { zeroReason } from "../../evaluation/zero-reasons.ts";
import { html } from "../html.ts";
import type { Html, HtmlChild } from "../html.ts";

const metricTitles: Readonly<Record<MetricName, string>> = {
  macro_f1: "Macro F1",
  micro_f1: "Micro F1",
  accuracy: "Accuracy",
  relation_macro_f1: "Macro F1, relations only",
  relation_micro_f1: "Micro F1, relations only",
  loss: "Loss",
};

/** The chosen metric large, the others beside it, each with its protocol and, if known, its interval. */
export function headline(scores: Scores, metric: MetricName, intervals: readonly ScoreInterval[]): Html {
  const protocolOf = (name: MetricName): string => {
    const interval = intervals.find((one) => one.metric === name);
    const protocol = metricProtocol(scores, name);
    return interval ? `${protocol}; 95 % interval ${score(interval.low)} to ${score(interval.high)}` : protocol;
  };
  const others = metricsOf(scores).filter((name) => name !== metric);
  return html`<div class="headline">
    <div class="chosen">
      <h2>${metricTitles[metric]}</h2>
      <p class="number">${score(metricValue(scores, metric))}</p>
      <p class="protocol">${protocolOf(metric)}</p>
      <p class="prevalence">${scores.prevalence}</p>
    </div>
    <dl>
      ${others.map((name) => fact(metricTitles[name], metricValue(scores, name), protocolOf(name)))}
      ${
        scores.noRelationId === null
          ? undefined
          : fact("False positive rate", scores.falsePositiveRate, scores.protocol.falsePositiveRate)
      }
    </dl>
  </div>`;
}

const fact = (title: string, value: number, protocol: string): Html =>
  html`<div>
    <dt>${title}</dt>
    <dd class="number">${score(value)}</dd>
    <dd class="protocol">${protocol}</dd>
  </div>`;

/** Metrics down, systems across, the model first. */
export function baselineTable(
  model: Scores,
  baselines: readonly (NamedScores & { readonly description: string })[],
): Html {
  const systems: readonly NamedScores[] = [{ name: "model", scores: model }, ...baselines];
  const cell = (scores: Scores, metric: MetricName): Html =>
    metric === "loss" ? numberCell(scores.loss) : barCell(metricValue(scores, metric));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Model against baselines">
      <table class="scores">
        <thead>
          <tr>
            <th scope="col">metric</th>
            ${systems.map(({ name }) => html`<th class="n" scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${metricsOf(model).map(
            (metric) =>
              html`<tr>
                <th scope="row">${metricTitles[metric]}</th>
                ${systems.map(({ scores }) => cell(scores, metric))}
              </tr>`,
          )}
          ${
            model.noRelationId === null
              ? undefined
              : html`<tr>
                  <th scope="row">False positive rate</th>
                  ${systems.map(({ scores }) => numberCell(scores.falsePositiveRate))}
                </tr>`
          }
        </tbody>
      </table>
    </div>
    <ul class="note">
      ${baselines.map(({ name, description }) => html`<li><b>${name}</b> ${description}.</li>`)}
    </ul>`;
}

/** Every label that occurs, averages with and without the no-relation label, and the baselines' F1 beside. */
export function perLabelTable(
  scores: Scores,
  baselines: readonly NamedScores[],
  label: string,
  intervals: readonly LabelInterval[],
): Html {
  const byId = new Map(intervals.map((one) => [one.id, one]));
  const systems = [scores, ...baselines.map((baseline) => baseline.scores)];
  const present = scores.perLabel.filter((label) => systems.some((system) => occurs(system.perLabel[label.id]!)));
  const absent = scores.perLabel.length - present.length;
  const none = noRelationOf(scores);
  const relationsOf = (of: Scores): LabelScores[] => of.perLabel.filter((label) => label.id !== scores.noRelationId);
  const averages: { title: string; average: (of: Scores) => AverageScores }[] = [
    { title: "micro", average: (of) => microAverage(of.perLabel) },
    { title: "macro", average: (of) => macroAverage(of.perLabel) },
  ];
  if (none !== undefined) {
    averages.push(
      { title: `micro without ${none.label}`, average: (of) => microAverage(relationsOf(of)) },
      { title: `macro without ${none.label}`, average: (of) => macroAverage(relationsOf(of)) },
    );
  }
  const row = (
    title: HtmlChild,
    model: AverageScores,
    others: readonly AverageScores[],
    interval?: LabelInterval,
  ): Html =>
    html`<tr>
      <th scope="row">${title}</th>
      ${[model.precision, model.recall, model.f1].map(barCell)}
      ${byId.size === 0 ? undefined : html`<td class="n">${interval ? `${score(interval.low)} to ${score(interval.high)}` : "–"}</td>`}
      <td class="n">${model.support}</td>
      <td class="n">${model.predicted}</td>
      ${others.map(({ f1 }) => (f1 > 0 && f1 >= model.f1 ? html`<td class="n wins"><b>${score(f1)}</b></td>` : numberCell(f1)))}
    </tr>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Scores per ${label}">
      <table class="scores">
        <thead>
          <tr>
            <th scope="col">label</th>
            ${["precision", "recall", "F1", ...(byId.size === 0 ? [] : ["95 %"]), "gold", "predicted"].map((title) => html`<th class="n" scope="col">${title}</th>`)}
            ${baselines.map(({ name }) => html`<th class="n" scope="col">F1 ${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${present.map((label) =>
            row(
              labelTitle(label),
              label,
              baselines.map((baseline) => baseline.scores.perLabel[label.id]!),
              byId.get(label.id),
            ),
          )}
        </tbody>
        <tbody class="averages">
          ${averages.map(({ title, average }) =>
            row(
              title,
              average(scores),
              baselines.map((baseline) => average(baseline.scores)),
            ),
          )}
        </tbody>
      </table>
    </div>
    ${baselines.length > 0 ? html`<p class="note">Bold: a baseline that is at least as good as the model.</p>` : undefined}
    ${absentNote(absent, scores.unit)}`;
}

const absentNote = (count: number, unit: string): Html | undefined =>
  count === 0
    ? undefined
    : html`<p class="note">${plural(count, "label")} without ${unit} in gold or predictions left out.</p>`;

function labelTitle(label: LabelScores): Html {
  const reason = zeroReason(label);
  return html`<bdi>${label.label}</bdi> ${reason && html`<span class="reason">${reason}</span>`}`;
}

const barCell = (value: number): Html =>
  html`<td class="n bar" style="--value: ${value.toFixed(3)}"><span>${score(value)}</span></td>`;

const numberCell = (value: number | undefined): Html =>
  html`<td class="n">${value === undefined ? "–" : score(value)}</td>`;

const score = (value: number): string => value.toFixed(3);
