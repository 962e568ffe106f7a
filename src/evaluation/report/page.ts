import { formatLocation } from "../../errors.ts";
import { compareWithBaselines } from "../baselines.ts";
import type { MetricName } from "../scores.ts";
import { noRelationFoundReason } from "../zero-reasons.ts";
import { confusionHeat } from "./confusion-table.ts";
import type { Report, ReportNotice, ReportSetting } from "./content.ts";
import { chart } from "./curves.ts";
import { html } from "./html.ts";
import type { Html } from "./html.ts";
import { mistakesList } from "./mistakes-list.ts";
import { baselineTable, headline, perLabelTable } from "./score-tables.ts";
import { style } from "./style.ts";

/** The whole page. The content policy forbids everything that is not in it: scripts, fonts, images, the network. */
export function page(report: Report): string {
  const sections = [
    section("Model against baselines", [
      verdict(report),
      report.baselines.length === 0
        ? html`<p>No baseline was scored.</p>`
        : baselineTable(report.scores, report.baselines),
    ]),
    report.lossCurves.length + report.scoreCurves.length === 0 ? undefined : section("Training", [curves(report)]),
    section("Confusion matrix", [confusionHeat(report.confusion)]),
    section("Per relation", [perLabelTable(report.scores, report.baselines)]),
    section("Worst mistakes", [mistakesList(report.mistakes)]),
    section("Left out", [notices(report.notices)]),
    section("Settings", [settings(report.settings)]),
  ];
  const body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${report.title}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <header>
          <h1>${report.title}</h1>
          ${report.subtitle === undefined ? undefined : html`<p class="subtitle">${report.subtitle}</p>`}
        </header>
        <main>${headline(report.scores, report.metric)} ${sections}</main>
        <footer>Written by Relata. Numbers are 0 to 1; every one names what it counts.</footer>
      </body>
    </html> `;
  return `${body.markup.trim()}\n`;
}

const section = (title: string, content: readonly (Html | undefined)[]): Html =>
  html`<section>
    <h2>${title}</h2>
    ${content}
  </section>`;

function verdict({ scores, baselines, metric }: Report): Html | undefined {
  const nothing = noRelationFoundReason(scores);
  const reason = nothing === undefined ? undefined : warning(`No relation was found: ${nothing}.`);
  if (baselines.length === 0) return reason;
  // Micro F1 over all labels is accuracy: naming both would say one thing twice.
  const metrics = [
    ...new Set<MetricName>([metric, "macro_f1", "accuracy", "relation_macro_f1", "relation_micro_f1"]),
  ].filter((name) => name !== "loss");
  const unbeaten = compareWithBaselines(scores, baselines, metrics);
  if (unbeaten.length > 0) return html`${reason} ${unbeaten.map(({ sentence }) => warning(sentence))}`;
  const beaten = baselines.length === 1 ? "the baseline" : "every baseline";
  return html`${reason}
    <p class="beaten">The model beats ${beaten} on ${metrics.join(", ")}.</p>`;
}

const warning = (sentence: string): Html => html`<p class="warning">${sentence}</p>`;

function curves({ lossCurves, scoreCurves, bestStep }: Report): Html {
  return html`<div class="charts">
    ${chart({ title: "Loss", curves: lossCurves, bestStep })}
    ${chart({ title: "Score on validation data", curves: scoreCurves, top: 1, bestStep, firstColor: 1 })}
  </div>`;
}

function notices(all: readonly ReportNotice[]): Html {
  if (all.length === 0) return html`<p>Nothing was left out.</p>`;
  return html`<ul class="notices">
    ${all.map(
      ({ message, count, total, locations = [] }) =>
        html`<li>
          ${count === undefined ? undefined : html`<b>${shareText(count, total)}</b>`} ${message}
          ${locations.length === 0 ? undefined : html`<span class="source">${placesText(locations, count)}</span>`}
        </li>`,
    )}
  </ul>`;
}

function placesText(locations: NonNullable<ReportNotice["locations"]>, count = 0): string {
  const places = locations.map((at) => formatLocation(at) + (at.detail === undefined ? "" : ` (${at.detail})`));
  return places.join(", ") + (count > locations.length ? ", …" : "");
}

const shareText = (count: number, total: number | undefined): string =>
  total === undefined || total === 0 ? String(count) : `${count} of ${total} (${((100 * count) / total).toFixed(1)} %)`;

function settings(all: readonly ReportSetting[]): Html {
  return html`<dl class="settings">
    ${all.map(
      ({ name, value, from }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}${from === undefined ? undefined : html` <span class="from">${from}</span>`}</dd>
        </div>`,
    )}
  </dl>`;
}
