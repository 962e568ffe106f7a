import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import type { Document } from "../corpus/document.ts";
import { UsageError } from "../errors.ts";
import { resolveModel } from "../model/source.ts";
import type { Predictor } from "../model/predictor.ts";
import type { DocumentPrediction } from "../model/tasks/prediction.ts";
import { labelsOfExamples } from "../model/tasks/task.ts";
import { refuseSettingsOfPairs } from "./given.ts";
import type { ArgumentsOf, EventOf, JobName, ModelFacts, ResultOf } from "./jobs.ts";
import { forgetAdapter, openAdapterHere, openAdaptersHere, openedAdapter, releaseAdapters } from "./opened-adapters.ts";

/** The connection of a job to its caller. */
export interface JobControl {
  /** Returns whether the job is to stop. */
  readonly shouldStop: () => boolean;
  /** A signal that aborts when the job is to stop, as soon as the thread reads its messages. */
  readonly signal: AbortSignal;
  /** Sends an event from work outside of the job's own generator. */
  readonly emit: (event: unknown) => Promise<void>;
}

type Work<Name extends JobName> = (
  given: ArgumentsOf<Name>,
  control: JobControl,
) => AsyncGenerator<EventOf<Name>, ResultOf<Name>>;

const withResult: readonly JobName[] = ["train", "joinTraining", "repeat", "sweep", "trainShared", "curve"];
/** Jobs that end by themselves when they are asked to stop, since they may have a result then. */
export const hasResultWhenStopped: ReadonlySet<JobName> = new Set(withResult);

let opened: Predictor | undefined;
/** The model that finds the entities for the opened one. */
let finder: Predictor | undefined;

/** The work of each job. Its recipe is loaded when it is called: a prediction does not wait until training is loaded. */
export const jobs: { [Name in JobName]: Work<Name> } = {
  train: async function* ({ paths, config, sources }, { shouldStop }) {
    const { train } = await import("../recipes/train.ts");
    return yield* train(paths, config, { shouldStop, sources });
  },
  joinTraining: async function* ({ paths, config }, { shouldStop }) {
    return yield* (await import("../experiment/join-training.ts")).joinTraining(paths, config, { shouldStop });
  },
  planTraining: async function* ({ paths, config }, { shouldStop }) {
    return yield* (await import("../experiment/plan-training.ts")).planTraining(paths, config, shouldStop);
  },
  repeat: async function* ({ paths, config }, { shouldStop }) {
    return yield* (await import("../recipes/repeat.ts")).repeat(paths, config, { shouldStop });
  },
  sweep: async function* ({ paths, config }, { shouldStop }) {
    return yield* (await import("../recipes/sweep.ts")).sweep(paths, config, { shouldStop });
  },
  trainShared: async function* (job, { shouldStop }) {
    return yield* (await import("./train-shared.ts")).trainShared(job, shouldStop);
  },
  curve: async function* ({ paths, config }, { shouldStop }) {
    return yield* (await import("../recipes/curve.ts")).curve(paths, config, { shouldStop });
  },
  evaluate: async function* ({ model, paths, config }, { shouldStop }) {
    const { evaluate } = await import("../recipes/evaluate.ts");
    return yield* evaluate(model, paths, config, { shouldStop });
  },
  compare: async function* ({ models, paths, config }, { shouldStop }) {
    const { compare } = await import("../recipes/compare.ts");
    return yield* compare(models, paths, config, { shouldStop });
  },
  predictFiles: async function* ({ model, path, config }, control) {
    const { predictFiles } = await import("../recipes/predict-files.ts");
    const { isRulesFile, openRules } = await import("./rules-answer.ts");
    const data = path ?? process.stdin;
    if (isRulesFile(model)) {
      const rules = await openRules(model, config);
      yield { type: "model", model: { ...rules.facts, notes: [] } };
      return yield* predictFiles(data, config, { ...rules, ...rules.facts });
    }
    const facts = yield* jobs.open({ model, config }, control);
    yield { type: "model", model: facts };
    const answer = (inputs: ArgumentsOf<"predict">["inputs"]): Promise<ResultOf<"predict">> =>
      predict({ inputs, config }, control);
    try {
      return yield* predictFiles(data, config, { ...facts, name: model, answer, annotate });
    } finally {
      await release();
    }
  },
  sample: async function* ({ model, path, config }, control) {
    const { sampleData } = await import("../recipes/sample-data.ts");
    const { isRulesFile, openRules } = await import("./rules-answer.ts");
    if (isRulesFile(model)) {
      const rules = await openRules(model, config);
      return yield* sampleData(path, config, { ...rules, ...rules.facts });
    }
    const facts = yield* jobs.open({ model, config }, control);
    yield { type: "model", model: facts };
    const answer = (inputs: ArgumentsOf<"predict">["inputs"]): Promise<ResultOf<"predict">> =>
      // Pairs without a relation are needed too, to know how sure the model is of them.
      predict({ inputs, config: { ...config, relationsOnly: false } }, control);
    try {
      return yield* sampleData(path, config, { ...facts, name: model, answer, annotate });
    } finally {
      await release();
    }
  },
  predictionLines: async function* ({ path, settings, finds, ...outputs }) {
    const { writePredictionLines } = await import("../model/tasks/prediction-lines.ts");
    return yield* writePredictionLines(path, outputs, settings, finds);
  },
  read: async function* ({ paths, options, fewestEntities }) {
    const { readCorpus } = await import("../formats/read.ts");
    return readCorpus(paths, options, fewestEntities);
  },
  convert: async function* ({ paths, output, config }, { emit }) {
    const { convertData } = await import("../recipes/convert-data.ts");
    const { TextOutput } = await import("../files/text-output.ts");
    return yield* convertData(paths, output ?? new TextOutput((text) => emit({ type: "text", text })), config);
  },
  check: async function* ({ paths, config }) {
    const { checkData } = await import("../recipes/check-data.ts");
    return yield* checkData(paths, config);
  },
  repair: async function* ({ paths, output, config }) {
    const { checkAndRepair } = await import("../recipes/repair-data.ts");
    return yield* checkAndRepair(paths, output, config);
  },
  split: async function* ({ paths, config }) {
    const { splitData } = await import("../recipes/split-data.ts");
    return yield* splitData(paths, config);
  },
  rename: async function* ({ paths, output, config }) {
    const { renameData } = await import("../formats/rename.ts");
    return yield* renameData(paths, output, config);
  },
  suspects: async function* ({ paths, config }, { shouldStop }) {
    const { suspects } = await import("../recipes/suspects.ts");
    return yield* suspects(paths, config, { shouldStop });
  },
  stats: async function* ({ paths, config }, { shouldStop }) {
    const { dataStats } = await import("../recipes/data-stats.ts");
    const model = config.model === undefined ? undefined : yield* resolveModel(config.model, shouldStop);
    return yield* dataStats(paths, config, model);
  },
  pull: async function* ({ model, ...options }, { signal }) {
    const { pullModel } = await import("../model/hub/pull.ts");
    return yield* pullModel(model, { ...options, signal });
  },
  verify: async function* ({ model }, { shouldStop }) {
    const { verifyModel } = await import("../model/verify.ts");
    return yield* verifyModel(yield* resolveModel(model, shouldStop));
  },
  export: async function* ({ model, output, config }, { shouldStop }) {
    const { exportModel, notesOnGraph } = await import("../model/export.ts");
    await requireEmpty(output);
    const folder = yield* resolveModel(model, shouldStop);
    const files = await exportModel(folder, output, config);
    return { files, notes: config.format === "onnx" ? await notesOnGraph(folder) : [] };
  },
  info: async function* ({ model }, { shouldStop }) {
    const { modelInfo } = await import("./model-info.ts");
    return modelInfo(yield* resolveModel(model, shouldStop));
  },
  examine: async function* () {
    const { examine } = await import("../doctor/examine.ts");
    return examine();
  },
  graph: async function* ({ model, config }, { shouldStop }) {
    const { showModelGraph } = await import("../model/graph.ts");
    return showModelGraph(yield* resolveModel(model, shouldStop), config);
  },
  open: async function* ({ model, config }, { shouldStop }) {
    const { openModel } = await import("../model/predictor.ts");
    await release();
    opened = await openModel(yield* resolveModel(model, shouldStop), { ...config, intraOpNumThreads: config.threads });
    if (opened.kind !== "pair") refuseSettingsOfPairs(config);
    finder = opened.finder;
    if (config.entities !== undefined) {
      const { requireJoinable } = await import("../model/finder.ts");
      const { dtype, device, threads: intraOpNumThreads } = config;
      finder = await openModel(yield* resolveModel(config.entities, shouldStop), { dtype, device, intraOpNumThreads });
      requireJoinable(finder, opened);
    }
    return factsOf(opened, finder);
  },
  openAdapters: async function* ({ model, adapters, config }, { shouldStop }) {
    const models = await openAdaptersHere(yield* resolveModel(model, shouldStop), adapters, config);
    for (const { kind } of models.values()) if (kind !== "pair") refuseSettingsOfPairs(config);
    return Object.fromEntries([...models].map(([name, one]) => [name, factsOf(one, one.finder)]));
  },
  openAdapter: async function* ({ name, folder, config }) {
    const one = await openAdapterHere(name, folder);
    try {
      if (one.kind !== "pair") refuseSettingsOfPairs(config);
    } catch (error) {
      forgetAdapter(name);
      throw error;
    }
    return factsOf(one, one.finder);
  },
  forgetAdapter: async function* ({ name }) {
    forgetAdapter(name);
  },
  predict: async function* (given, control) {
    return predict(given, control);
  },
  readTasks: async function* ({ body, use }) {
    const { readPredictRequest } = await import("../guests/label-studio/predict-request.ts");
    return readPredictRequest(body, use);
  },
  readWebhook: async function* ({ body }) {
    const { readWebhook } = await import("../guests/label-studio/webhook.ts");
    return readWebhook(body);
  },
  readCas: async function* ({ body }) {
    const { readPredictRequest } = await import("../guests/inception/predict-request.ts");
    return readPredictRequest(body);
  },
  writeCasFiles: async function* ({ body, folder }) {
    const { writeTrainingFiles } = await import("../guests/inception/training-files.ts");
    return writeTrainingFiles(body, folder);
  },
  explain: async function* ({ input, pair, adapter }) {
    return (adapter === undefined ? openedModel() : openedAdapter(adapter)).explain(input, pair);
  },
  release: async function* () {
    await release();
  },
};

function factsOf(model: Predictor, entityFinder?: Predictor): ModelFacts {
  const { kind, task, learned, manifest, notes } = model;
  return {
    kind,
    finds: entityFinder !== undefined || (task.findsEntities ?? false),
    task: task.name,
    unit: task.unit,
    labels: labelsOfExamples(learned),
    noRelationLabel: learned.noRelationId === null ? undefined : learned.id2label[learned.noRelationId],
    entityTypes: manifest?.entityTypes ?? [],
    digest: digestOf([model, entityFinder]),
    trainedWith: manifest?.settings ?? {},
    notes,
    shownTypes: task.shownTypes?.(model),
  };
}

/** Of the files that relata.json lists, or else of the weights' folder and labels. */
function digestOf(predictors: readonly (Predictor | undefined)[]): string {
  const parts = predictors.map((one) => one && (one.manifest?.files ?? [one.folder, one.learned.id2label]));
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
}

async function release(): Promise<void> {
  const ended = [opened, finder === opened?.finder ? undefined : finder];
  opened = finder = undefined;
  for (const predictor of ended) await predictor?.dispose();
  await releaseAdapters();
}

async function predict(
  { inputs, config, adapter }: ArgumentsOf<"predict">,
  { shouldStop }: JobControl,
): Promise<ResultOf<"predict">> {
  const { predict } = await import("./predict.ts");
  if (adapter !== undefined) {
    const model = openedAdapter(adapter);
    return predict(model, inputs, config, { shouldStop, finder: model.finder });
  }
  return predict(openedModel(), inputs, config, { shouldStop, finder });
}

function openedModel(): Predictor {
  if (!opened) throw new Error("internal: no model was opened on this thread");
  return opened;
}

function annotate(document: Document, answer: DocumentPrediction): Document {
  const { task, learned } = openedModel();
  // Entities that were found are not in the document yet.
  const { entities } = answer;
  const whole = finder
    ? { ...document, entities: entities.map(({ start, end, type }) => ({ start, end, type })) }
    : document;
  return task.annotate(whole, answer, learned);
}

/** Checks the folder of an export before the model is pulled and read. @throws UsageError if it holds something */
async function requireEmpty(output: string): Promise<void> {
  const entries = await readdir(output).catch(() => []);
  if (entries.length === 0) return;
  throw new UsageError(
    `The output folder ${output} is not empty, and an export replaces nothing. Choose another folder.`,
  );
}

/** Starts the job of a call. */
export const doJob = <Name extends JobName>(
  { job, arguments: given }: { readonly job: Name; readonly arguments: ArgumentsOf<Name> },
  control: JobControl,
): AsyncGenerator<EventOf<Name>, ResultOf<Name>> => (jobs[job] as Work<Name>)(given, control);
