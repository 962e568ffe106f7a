import { bestOf, compareWithBaselines } from "../../evaluation/baselines.ts";
import { noRelationOf, type MetricName } from "../../evaluation/scores.ts";
import { labelVerdict, verdictOn } from "../../evaluation/verdict.ts";
import { noRelationFoundReason } from "../../evaluation/zero-reasons.ts";
import { confusionHeat } from "./confusion-heat.ts";
import type { Report, ReportSetting } from "./content.ts";
import { fromTextSection } from "./end-to-end-section.ts";
import { lineChart } from "../line-chart.ts";
import { frame, section } from "../frame.ts";
import { html } from "../html.ts";
import type { Html } from "../html.ts";
import { mistakesList } from "./mistakes-list.ts";
import { noticesList } from "../notices-list.ts";
import { baselineTable, headline, perLabelTable } from "./score-tables.ts";

/** One self-contained HTML page on a training run: no network, no script, light and dark. */
export function trainingPage(report: Report): string {
  const { label } = report.unit;
  const sections = [
    section("Model against baselines", [
      verdict(report),
      report.baselines.length === 0
        ? html`<p>No baseline was scored.</p>`
        : baselineTable(report.scores, report.baselines),
    ]),
    report.lossCurves.length + report.scoreCurves.length === 0 ? undefined : section("Training", [curves(report)]),
    report.fromText === undefined ? undefined : section("From the bare text", [fromTextSection(report.fromText)]),
    section("Confusion matrix", [confusionHeat(report.confusion, report.unit)]),
    section(`Per ${label}`, [perLabelTable(report.scores, report.baselines, label, report.comparison.labels)]),
    section("Worst mistakes", [mistakesList(report.mistakes, report.unit, noRelationOf(report.scores)?.label)]),
    section("How it decides", [settings(report.decisions)]),
    section("Left out", [noticesList(report.notices)]),
    section("Settings", [settings(report.settings)]),
  ];
  return frame({
    title: report.title,
    subtitle: report.subtitle,
    main: html`${headline(report.scores, report.metric, report.comparison.scores)} ${parts(report)} ${sections}`,
    footer: "Written by Relata. Numbers are 0 to 1; every one names what it counts.",
  });
}

const parts = ({ parts = [] }: Report): Html => html`${parts.map((sentence) => html`<p class="note">${sentence}</p>`)}`;

function verdict({ scores, baselines, comparison, metric }: Report): Html | undefined {
  const nothing = noRelationFoundReason(scores);
  const reason = nothing === undefined ? undefined : warning(`No relation was found: ${nothing}.`);
  if (baselines.length === 0) return reason;
  // Micro F1 over all labels is accuracy: naming both would say one thing twice.
  const metrics = [
    ...new Set<MetricName>([metric, "macro_f1", "accuracy", "relation_macro_f1", "relation_micro_f1"]),
  ].filter((name) => name !== "loss");
  const unbeaten = compareWithBaselines(scores, baselines, metrics);
  const { isSure, sentence } = verdictOn(unbeaten, comparison) ?? {};
  const byLabel = labelVerdict(comparison, scores).map(warning);
  if (sentence === undefined) return html`${reason} ${bestOf(unbeaten).map((one) => warning(one.sentence))} ${byLabel}`;
  return html`${reason} ${isSure ? html`<p class="beaten">${sentence}</p>` : warning(sentence)} ${byLabel}`;
}

const warning = (sentence: string): Html => html`<p class="warning">${sentence}</p>`;

function curves({ lossCurves, scoreCurves, bestStep }: Report): Html {
  return html`<div class="charts">
    ${lineChart({ title: "Loss", curves: lossCurves, bestStep })}
    ${lineChart({ title: "Score on validation data", curves: scoreCurves, top: 1, bestStep, firstColor: 1 })}
  </div>`;
}

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
