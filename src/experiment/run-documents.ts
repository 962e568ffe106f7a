import { printableLines } from "../quote.ts";
import { basename } from "node:path";
import type { ManifestFacts } from "../model/folder.ts";
import { modelCard, type CardEncoder, type CardScore } from "../report/model-card.ts";
import { trainConfig } from "../config.ts";
import { withModelDefaults } from "../model/starting-settings.ts";
import type { CurvePoint } from "../report/line-chart.ts";
import type { CurveScores, RunHistory } from "../report/run-history.ts";
import { trainingPage } from "../report/training-page/page.ts";
import { partSentences, type PartFacts } from "../evaluation/scored-part.ts";
import type { Scores } from "../evaluation/scores.ts";
import { flagOf, type SettingSource } from "../settings.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import type { EndToEnd } from "../model/end-to-end.ts";
import { settingsOfTheCall } from "../model/checkpoints/settings.ts";
import type { Start } from "../model/start.ts";
import type { DataEvent, StartingConfig } from "./train-events.ts";
import type { LearningData } from "../model/tasks/learning-data.ts";
import { publicAnnotator } from "../model/tasks/manifest-facts.ts";
import { ownSettings } from "../model/tasks/settings.ts";
import type { Learned, Task } from "../model/tasks/task.ts";

export interface FinishedRun {
  readonly config: StartingConfig;
  readonly task: Task;
  readonly learned: Learned;
  readonly data: LearningData;
  readonly model: Start;
  readonly evaluation: Evaluation;
  readonly parts: PartFacts;
  /** Entities and relations found in the bare held-out texts, by a model that finds both. */
  readonly endToEnd?: EndToEnd | undefined;
  readonly history: RunHistory;
  readonly facts: ManifestFacts;
  /** The amounts of data, and sentences on what the model was not shown. */
  readonly event: DataEvent;
  readonly sources: Readonly<Record<string, SettingSource>> | undefined;
}

/** The pages of a run that people read: `report.html`, the pictures, and `README.md`, the model card. */
export const runDocuments = (run: FinishedRun): Record<string, string> => ({
  "report.html": report(run),
  "README.md": printableLines(card(run)),
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
        : [curve("macro F1 of relations", ({ relationMacroF1 }) => relationMacroF1)]),
    ],
    bestStep: facts.step,
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

/** An encoder whose architecture is that of the bare one has no class in `transformers` that reads a marked pair. */
function cardEncoder({ encoder, head, tokenizer }: Start): CardEncoder {
  const { ent, ent2 } = tokenizer.words.specialTokenIds;
  const isBare = encoder.bareArchitectures.includes(encoder.architecture(head.name));
  return { name: encoder.name, markers: isBare ? [ent, ent2] : undefined, markerTokens: tokenizer.markerTokens };
}

function card({ task, learned, config, model, evaluation, facts, parts }: FinishedRun): string {
  const score = (type: string, name: string, of: (scores: Scores) => number): CardScore => ({
    type,
    name,
    value: of(evaluation.scores),
    baselines: Object.fromEntries(evaluation.baselines.map((baseline) => [baseline.name, of(baseline.scores)])),
  });
  const none = facts.labels.noRelationLabel;
  return modelCard({
    name: basename(config.output),
    ...(config.model === "luke-mini" ? {} : { baseModel: model.name }),
    isAdapter: model.adapter !== undefined,
    text: (subject) => task.card(learned, subject),
    decisions: task.facts(learned),
    meanings: task.labelFacts(learned),
    labels: facts.labels,
    entityTypes: facts.entityTypes,
    maxLength: model.maxLength,
    encoder: cardEncoder(model),
    data: facts.data,
    seed: config.seed,
    settings: facts.settings,
    command: [
      "npx",
      "relata",
      "train",
      ...facts.data.flatMap(({ path, part }) => (part === undefined ? [path] : [])),
      "--output",
      config.output,
      ...changedFlags({ ...config, annotator: publicAnnotator(config.annotator) }),
    ],
    protocol: facts.protocol,
    part: parts.part,
    owner: config,
    scores: [
      score("accuracy", "accuracy", ({ accuracy }) => accuracy),
      score("f1", "macro F1", ({ macroF1 }) => macroF1),
      ...(none === null
        ? // Where each example has one label, and gets one, this is accuracy.
          evaluation.scores.microF1 === evaluation.scores.accuracy
          ? []
          : [score("f1", "micro F1", ({ microF1 }) => microF1)]
        : [
            score("f1", `macro F1 without ${none}`, ({ relationMacroF1 }) => relationMacroF1),
            score("f1", `micro F1 without ${none}`, ({ relationMicroF1 }) => relationMicroF1),
          ]),
    ],
    createdWith: facts.createdWith,
  });
}

/** Every setting that the card's command needs so that running it again gives this model. */
function changedFlags(config: StartingConfig): string[] {
  const { output, model, task } = config;
  const defaults: Record<string, unknown> = {
    ...withModelDefaults(trainConfig.parse({ output, model, task })),
    model: trainConfig.shape.model.parse(undefined),
    task: trainConfig.shape.task.parse(undefined),
  };
  return Object.entries(ownSettings(config.task, config)).flatMap(([key, value]) => {
    if (value === undefined || value === defaults[key] || settingsOfTheCall.has(key)) return [];
    return typeof value === "boolean" ? [flagOf(key)] : [flagOf(key), String(value)];
  });
}
