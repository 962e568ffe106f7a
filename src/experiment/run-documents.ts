import { basename } from "node:path";
import type { CurvePoint } from "../report/line-chart.ts";
import type { CurveScores, RunHistory } from "../report/run-history.ts";
import { trainingPage } from "../report/training-page/page.ts";
import { partSentences } from "../evaluation/scored-part.ts";
import { flagOf, type SettingSource } from "../settings.ts";
import type { EndToEnd } from "../model/end-to-end.ts";
import type { LearningData } from "../model/tasks/learning-data.ts";
import { runCard, type CarriedRun } from "./run-card.ts";
import type { DataEvent } from "./train-events.ts";

export interface FinishedRun extends CarriedRun {
  readonly data: LearningData;
  /** Entities and relations found in the bare held-out texts, by a model that finds both. */
  readonly endToEnd?: EndToEnd | undefined;
  readonly history: RunHistory;
  /** The amounts of data, and sentences on what the model was not shown. */
  readonly event: DataEvent;
  readonly sources: Readonly<Record<string, SettingSource>> | undefined;
}

/** The pages of a run that people read: `report.html`, the pictures, and `README.md`, the model card. */
export const runDocuments = (run: FinishedRun): Record<string, string> => ({
  "report.html": report(run),
  "README.md": runCard(run),
});

function report(run: FinishedRun): string {
  const { task, learned, config, data, model, evaluation, endToEnd, parts, history, facts, event, sources } = run;
  const { evaluations } = history;
  const curve = (name: string, value: (scores: CurveScores) => number): { name: string; points: CurvePoint[] } => ({
    name,
    points: evaluations.map(({ step, result }) => ({ step, value: value(result.scores) })),
  });
  const settings = Object.entries(facts.settings)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ name: flagOf(key).slice(2), value: String(value), from: sources?.[key] ?? "default" }));
  return trainingPage({
    title: basename(config.output),
    subtitle: `${model.name}, ${documentsOf(data)}, checkpoint of step ${facts.step}`,
    metric: config.metric,
    part: parts.part,
    parts: partSentences(parts),
    unit: task.unit,
    scores: evaluation.scores,
    confusion: evaluation.confusion,
    baselines: evaluation.baselines,
    comparison: evaluation.comparison,
    lossCurves: [{ name: "training loss", points: history.losses }, curve("validation loss", ({ loss }) => loss!)],
    scoreCurves: [
      curve("macro F1", ({ macroF1 }) => macroF1),
      curve("micro F1", ({ microF1 }) => microF1),
      ...(learned.noRelationId === null
        ? []
        : [curve("macro F1 of relations", ({ relationMacroF1 }) => relationMacroF1!)]),
    ],
    skippedSteps: history.skipped,
    keptStep: facts.step,
    mistakes: evaluation.mistakes,
    reliability: evaluation.reliability,
    distances: evaluation.distances,
    data: { ...event, entityTypes: facts.entityTypes, files: facts.data },
    fromText: endToEnd && { entities: endToEnd.entities.strict, relations: endToEnd },
    decisions: task.facts(learned),
    settings,
    notices: [...data.notices, ...event.lengths.map((message) => ({ message }))],
  });
}

const documentsOf = ({ train, validation, test }: LearningData): string =>
  test
    ? `${train.length} training, ${validation.documents.length} validation and ${test.documents.length} test documents`
    : `${train.length} training documents, ${validation.documents.length} held out`;
