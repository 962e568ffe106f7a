import { bestOf, compareWithBaselines } from "../../evaluation/baselines.ts";
import { nothingOf } from "../../evaluation/plain-verdict.ts";
import type { MetricName } from "../../evaluation/scores.ts";
import { labelVerdict, verdictOn } from "../../evaluation/verdict.ts";
import { confusionHeat } from "./confusion-heat.ts";
import type { Report, ReportSetting } from "./content.ts";
import { dataSection } from "./data-section.ts";
import { distanceBars, supportChart } from "./effects-section.ts";
import { fromTextSection } from "./end-to-end-section.ts";
import { labelBars } from "./label-bars.ts";
import { lineChart } from "../line-chart.ts";
import { frame, section } from "../frame.ts";
import { html } from "../html.ts";
import type { Html } from "../html.ts";
import { filterScript } from "./mistake-filter.ts";
import { mistakesList } from "./mistakes-list.ts";
import { noticesList } from "../notices-list.ts";
import { reliabilitySection } from "./reliability-chart.ts";
import { baselineTable, headline, perLabelTable } from "./score-tables.ts";
import { plural } from "../../quote.ts";
import { verdictSection } from "./verdict-section.ts";

/** A part of the page, with the name that links jump to. */
interface Part {
  readonly id: string;
  readonly title: string;
  readonly content: readonly (Html | undefined)[];
  /** The documents that its figures are from. */
  readonly part?: string | undefined;
}

/** One self-contained HTML page on a training run: no network, light and dark; its one program filters mistakes. */
export function trainingPage(report: Report): string {
  const parts = partsOf(report);
  return frame({
    title: report.title,
    subtitle: report.subtitle,
    main: html`<nav aria-label="Sections">${parts.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
      ${parts.map(({ id, title, content, part }) => section(title, content, { id, part }))}`,
    footer: "Written by Relata. Scores are 0 to 1; every one names what it counts.",
    script: filterScript,
  });
}

function partsOf(report: Report): Part[] {
  const { scores, confusion, baselines, comparison, unit, reliability, distances = [], data, mistakes } = report;
  const part = report.part && `${report.part} part`;
  const trained = data && new Map(data.labels.map(({ label, train }) => [label, train]));
  const parts: (Part | undefined)[] = [
    {
      id: "verdict",
      title: "Verdict",
      part,
      content: [verdictSection({ unit, scores, confusion, baselines, comparison, trained, distances })],
    },
    {
      id: "scores",
      title: "Scores against baselines",
      part,
      content: [
        headline(scores, report.metric, comparison.scores),
        partNotes(report),
        againstBaselines(report),
        baselines.length === 0 ? html`<p>No baseline was scored.</p>` : baselineTable(scores, baselines),
      ],
    },
    {
      id: "labels",
      title: `Per ${unit.label}`,
      part,
      content: [
        labelBars(scores, comparison.labels, unit.label),
        html`<details>
          <summary>All figures as a table</summary>
          ${perLabelTable(scores, baselines, unit.label, comparison.labels)}
        </details>`,
      ],
    },
    {
      id: "confusion",
      title: "What is taken for what",
      part,
      content: [confusionHeat(confusion, unit, nothingOf(scores, confusion))],
    },
    {
      id: "mistakes",
      title: "Mistakes",
      part,
      content: [mistakesList(mistakes, unit, confusion.id2label, nothingOf(scores, confusion))],
    },
    reliability && {
      id: "probabilities",
      title: "How sure it is",
      part,
      content: [reliabilitySection(reliability, unit)],
    },
    distances.length === 0
      ? undefined
      : { id: "distance", title: "Near and far", part, content: [distanceBars(distances)] },
    trained && { id: "support", title: "Many and few examples", part, content: [supportChart(scores, trained, unit)] },
    report.fromText && { id: "text", title: "From the bare text", part, content: [fromTextSection(report.fromText)] },
    report.lossCurves.length + report.scoreCurves.length === 0
      ? undefined
      : { id: "training", title: "Training", part: "validation part", content: [curves(report)] },
    data && { id: "data", title: "Data", content: [dataSection(data, unit)] },
    { id: "left-out", title: "Left out", content: [noticesList(report.notices)] },
    {
      id: "settings",
      title: "Settings",
      content: [
        html`<h3>How it decides</h3>`,
        settings(report.decisions, "settings sentences"),
        html`<h3>How it was trained</h3>`,
        configuration(report),
      ],
    },
  ];
  return parts.filter((one) => one !== undefined);
}

const partNotes = ({ parts = [] }: Report): Html =>
  html`${parts.map((sentence) => html`<p class="note">${sentence}</p>`)}`;

function againstBaselines({ scores, baselines, comparison, metric }: Report): Html | undefined {
  if (baselines.length === 0) return undefined;
  // Micro F1 over all labels is accuracy: naming both would say one thing twice.
  const metrics = [
    ...new Set<MetricName>([metric, "macro_f1", "accuracy", "relation_macro_f1", "relation_micro_f1"]),
  ].filter((name) => name !== "loss");
  const unbeaten = compareWithBaselines(scores, baselines, metrics);
  const { isSure, sentence } = verdictOn(unbeaten, comparison) ?? {};
  const byLabel = labelVerdict(comparison, scores).map(warning);
  if (sentence === undefined) return html`${bestOf(unbeaten).map((one) => warning(one.sentence))} ${byLabel}`;
  return html`${isSure ? html`<p class="beaten">${sentence}</p>` : warning(sentence)} ${byLabel}`;
}

const warning = (sentence: string): Html => html`<p class="warning">${sentence}</p>`;

/** The course of a run. */
export function curves({
  lossCurves,
  scoreCurves,
  keptStep,
  skippedSteps = [],
}: Pick<Report, "lossCurves" | "scoreCurves" | "keptStep" | "skippedSteps">): Html {
  return html`<div class="charts">
      ${lineChart({ title: "Loss", curves: lossCurves, keptStep, marks: { name: "skipped", steps: skippedSteps } })}
      ${lineChart({ title: "Score on validation data", curves: scoreCurves, top: 1, keptStep, firstColor: 1 })}
    </div>
    ${skippedNote(skippedSteps)}`;
}

/** Steps that are named: of more, the chart shows where they are. */
const mostNamed = 20;

function skippedNote(steps: readonly number[]): Html | undefined {
  if (steps.length === 0) return undefined;
  const named = steps.slice(0, mostNamed).join(", ");
  const rest = steps.length > mostNamed ? ` and ${steps.length - mostNamed} more` : "";
  return html`<p class="note">
    ${plural(steps.length, "step")} changed no weights, since the gradients overflowed float16; the loss scale was
    halved after each (marked below the loss): ${named}${rest}. A few at the start are usual; many later on say that the
    run needs bf16 or fp32.
  </p>`;
}

/** The settings that were chosen for this run, then all others. */
function configuration({ settings: all }: Report): Html {
  const chosen = all.filter(({ from }) => from !== "default");
  const others = all.filter(({ from }) => from === "default");
  return html`${settings(chosen)}
  ${
    others.length === 0
      ? undefined
      : html`<details ${chosen.length === 0 ? "open" : ""}>
          <summary>${others.length} settings as they are by default</summary>
          ${settings(others)}
        </details>`
  }`;
}

function settings(all: readonly ReportSetting[], look = "settings"): Html {
  return html`<dl class="${look}">
    ${all.map(
      ({ name, value, from }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}${from === undefined ? undefined : html` <span class="from">${from}</span>`}</dd>
        </div>`,
    )}
  </dl>`;
}
