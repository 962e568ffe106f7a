import type { Unit } from "../corpus/unit.ts";
import type { Scores } from "../evaluation/scores.ts";
import { frame, section } from "./frame.ts";
import { html, type Html } from "./html.ts";
import type { CurvePoint } from "./line-chart.ts";
import type { CurveScores } from "./run-history.ts";
import { noticesList, type ReportNotice } from "./notices-list.ts";
import type { DataSummary } from "./training-page/content.ts";
import { dataSection } from "./training-page/data-section.ts";
import { labelBars } from "./training-page/label-bars.ts";
import { curves } from "./training-page/page.ts";

/** The facts of a run while it goes on; all of it is data, nothing is markup. */
export interface LiveRun {
  readonly title: string;
  /** Its work of the moment: `step 12 of 360, 2 min left`. */
  readonly phase: string;
  /** The share that is done, if that is known. */
  readonly share: number | undefined;
  readonly unit: Unit;
  readonly data: Pick<DataSummary, "documents" | "examples" | "labels"> | undefined;
  readonly notices: readonly ReportNotice[];
  readonly losses: readonly CurvePoint[];
  /** Steps that changed no weights, since their gradients overflowed float16. */
  readonly skippedSteps: readonly number[];
  /** Scores of the validation part, in the order of their steps. */
  readonly evaluations: readonly { readonly step: number; readonly scores: CurveScores; readonly isKept: boolean }[];
  /** All scores of the last of them, once this process has made one: a resumed run has read the others in its log. */
  readonly lastScores: { readonly step: number; readonly scores: Scores } | undefined;
}

/** The markup inside each section of the page, by its id; the page's program puts in what has changed. */
export function liveSections(run: LiveRun): Record<string, string> {
  const { evaluations, lastScores: last, data, unit } = run;
  const best = evaluations.findLast(({ isKept }) => isKept);
  const sections: Record<string, Html> = {
    progress: progress(run),
    training: curves({
      lossCurves: [
        { name: "training loss", points: run.losses },
        { name: "validation loss", points: pointsOf(run, ({ loss }) => loss ?? Number.NaN) },
      ],
      scoreCurves: scoreCurves(run),
      skippedSteps: run.skippedSteps,
      ...(best ? { keptStep: best.step } : {}),
    }),
    labels: last
      ? html`<p class="note">At step ${last.step}; each check on the validation part draws these bars anew.</p>
          ${labelBars(last.scores, [], unit.label)}`
      : html`<p class="note">The next check on the validation part draws them.</p>`,
    data: data
      ? html`${dataSection({ ...data, entityTypes: [], files: [] }, unit)} ${noticesList(run.notices)}`
      : html`<p class="note">The data is being read.</p>`,
  };
  return Object.fromEntries(Object.entries(sections).map(([id, { markup }]) => [id, markup]));
}

/** The page of a run that goes on. It asks its server for what has changed; when the run ends, it becomes the report. */
export function livePage(run: LiveRun): string {
  const sections = liveSections(run);
  const filled = (id: string, title: string, part?: string): Html =>
    section(title, [html`<div id="live-${id}">${{ markup: sections[id]! }}</div>`], { id, part });
  return frame({
    title: run.title,
    subtitle: "This run is going on; the page follows it, and becomes its report when it ends.",
    main: html`${filled("progress", "Now")} ${filled("training", "Training", "validation part")}
    ${filled("labels", `Per ${run.unit.label}`, "validation part")} ${filled("data", "Data")}`,
    footer:
      "Written by Relata. Figures of the validation part choose the checkpoint; the report has those of the test part, if there is one.",
    script,
    connects: true,
  });
}

function progress({ phase, share, evaluations }: LiveRun): Html {
  const last = evaluations.at(-1);
  const best = evaluations.findLast(({ isKept }) => isKept);
  const f1 = ({ relationMacroF1, macroF1 }: CurveScores): string => (relationMacroF1 ?? macroF1).toFixed(3);
  return html`<p class="lead">${phase}</p>
    ${share === undefined ? undefined : html`<progress max="1" value="${share.toFixed(4)}" aria-label="Done so far"></progress>`}
    ${
      last && best
        ? html`<p>
            Macro F1 on the validation part is ${f1(last.scores)} at step
            ${last.step}${last === best ? ", the best so far" : html`; the best so far is ${f1(best.scores)} at step ${best.step}`}.
          </p>`
        : undefined
    }`;
}

function scoreCurves(run: LiveRun): { name: string; points: CurvePoint[] }[] {
  const isOfRelations = run.evaluations.some(({ scores }) => scores.relationMacroF1 !== undefined);
  return [
    { name: "macro F1", points: pointsOf(run, ({ macroF1 }) => macroF1) },
    { name: "micro F1", points: pointsOf(run, ({ microF1 }) => microF1) },
    ...(isOfRelations
      ? [{ name: "macro F1 of relations", points: pointsOf(run, ({ relationMacroF1 }) => relationMacroF1!) }]
      : []),
  ];
}

const pointsOf = ({ evaluations }: LiveRun, value: (scores: CurveScores) => number): CurvePoint[] =>
  evaluations.map(({ step, scores }) => ({ step, value: value(scores) }));

/** The markup that arrives is the server's own, with every name in it escaped, as in the page itself. */
const script = `(() => {
  const shown = {};
  const events = new EventSource("events");
  events.onmessage = ({ data }) => {
    for (const [id, markup] of Object.entries(JSON.parse(data))) {
      if (shown[id] === markup) continue;
      shown[id] = markup;
      document.getElementById("live-" + id).innerHTML = markup;
    }
  };
  events.addEventListener("end", () => {
    events.close();
    location.reload();
  });
  events.onerror = () => {
    document.querySelector(".subtitle").textContent = "The connection to the run is lost: it may have ended. Its folder has the report.";
  };
})();`;
