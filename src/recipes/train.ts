import { basename } from "node:path";
import {
  saveModelFolder,
  prepareOutputFolder,
  updateModelFolder,
  type ManifestFacts,
} from "../checkpoint/model-folder.ts";
import { builtIn, type TrainConfig } from "../config.ts";
import { noRelationId, type LabelSchema } from "../corpus/labels.ts";
import type { Notice } from "../corpus/notices.ts";
import type { PairExample } from "../corpus/pairs.ts";
import { baselinesOf, learnBaselines } from "../evaluation/baselines.ts";
import { greaterIsBetter, metricValue, type Scores } from "../evaluation/scores.ts";
import { formatLukeConfig } from "../luke/config.ts";
import { elementCount } from "../luke/parameters.ts";
import type { SettingSource } from "../settings.ts";
import { collate } from "../tokenization/collate.ts";
import { formatLengthReport } from "../tokenization/length-report.ts";
import { trainingLoop, type TrainingEvent, type TrainingExamples } from "../training/loop.ts";
import { TrainingSession } from "../training/training-session.ts";
import { versions } from "../version.ts";
import { encodeExamples, requireEncodable, type EncodedPairs } from "./encoded-pairs.ts";
import { MetricsLog } from "./metrics-log.ts";
import { evaluatePairs, scoresOfLogits, type PairEvaluation } from "./pair-evaluation.ts";
import { PredictionSession } from "./prediction-session.ts";
import { runDocuments, type RunHistory } from "./run-documents.ts";
import { resolveModel, type ModelEvent } from "./model-source.ts";
import { miniModel, pretrainedModel, type StartingModel } from "./starting-model.ts";
import { entityTypesOf, readTrainingData, type TrainingData } from "./training-data.ts";

export interface CheckpointScores {
  readonly value: number;
  readonly scores: Scores;
}

/** What happens in a run, in order: data, model, then steps, evaluations and saved checkpoints, then done. */
export type TrainEvent =
  | ModelEvent
  | {
      readonly type: "data";
      readonly documents: { readonly train: number; readonly test: number };
      readonly pairs: { readonly train: number; readonly trainCandidates: number; readonly test: number };
      readonly relations: readonly { readonly label: string; readonly train: number; readonly test: number }[];
      readonly notices: readonly Notice[];
      /** Sentences on what the model will not see, with counts. */
      readonly lengths: readonly string[];
    }
  | {
      readonly type: "model";
      readonly name: string;
      readonly parameters: number;
      readonly vocabSize: number;
      readonly maxLength: number;
      readonly notes: readonly string[];
    }
  | TrainingEvent<CheckpointScores>
  | { readonly type: "saved"; readonly folder: string; readonly step: number };

export interface TrainResult {
  readonly folder: string;
  /** The step whose weights were kept. */
  readonly bestStep: number;
  readonly steps: number;
  readonly reason: "finished" | "patience" | "stopped";
  readonly evaluation: PairEvaluation;
  readonly seconds: number;
  /** Highest memory of the process, in bytes. */
  readonly peakMemory: number;
}

export interface RunControl {
  readonly shouldStop?: (() => boolean) | undefined;
  /** Where each setting came from, for the report. */
  readonly sources?: Readonly<Record<string, SettingSource>> | undefined;
}

/**
 * Trains a relation classifier on annotation exports and writes its model folder. Documents are split, labels learnt,
 * every ordered pair encoded; the weights with the best score on the held-out documents are kept.
 */
export async function* train(
  paths: readonly string[],
  config: TrainConfig,
  control: RunControl = {},
): AsyncGenerator<TrainEvent, TrainResult> {
  const started = performance.now();
  await prepareOutputFolder(config.output, config);
  const data = await readTrainingData(paths, config);
  const { schema } = data;
  const model =
    config.model === builtIn
      ? await miniModel(config, data.train, schema.id2label.length)
      : await pretrainedModel(config, yield* resolveModel(config.model, control.shouldStop), schema.id2label);
  const train = await encodeExamples(model.tokenizer, data.trainPairs, model.maxLength);
  const test = await encodeExamples(model.tokenizer, data.testPairs, model.maxLength);
  requireEncodable(train, "training pairs");
  yield dataEvent(data, train, test);
  yield {
    type: "model",
    name: model.name,
    parameters: parameterCount(model),
    vocabSize: model.config.vocabSize,
    maxLength: model.maxLength,
    notes: model.notes,
  };

  const settings = { ...config, learningRate: config.learningRate ?? model.learningRate };
  const { output: _output, overwrite: _overwrite, ...storedSettings } = settings;
  const options = { seed: config.seed, intraOpNumThreads: config.threads, head: model.head };
  const numLabels = schema.id2label.length;
  const session = await TrainingSession.create(model.config, numLabels, model.weights, options);
  const scorer = await PredictionSession.create(
    model.config,
    numLabels,
    model.weights,
    model.tokenizer.padding,
    options,
  );
  const log = new MetricsLog(config.output);
  const history: RunHistory = { losses: [], evaluations: [] };
  const table = learnBaselines(data.allPairs, numLabels);
  const facts = (step: number, scores: Scores): ManifestFacts => ({
    createdWith: versions,
    encoding: config.encoding,
    labels: schema,
    entityTypes: entityTypesOf(data.train),
    maxLength: model.maxLength,
    protocol: `${scores.prevalence}; held-out documents, which also chose the checkpoint (${config.metric})`,
    // Folders name people: what is published tells the file alone.
    data: data.sources.map(({ path, sha256, documents }) => ({ path: basename(path), sha256, documents })),
    settings: { ...storedSettings, model: model.name },
    baselines: table,
    scores: { ...scores },
    step,
  });
  const files = {
    ...model.tokenizer.files(),
    "config.json": formatLukeConfig(model.config, schema.id2label, model.head.architecture),
  };

  let best: { step: number; logits: Float32Array[]; scores: Scores } | undefined;
  let lastLogits: Float32Array[] = [];
  let done: Extract<TrainEvent, { type: "done" }> | undefined;
  try {
    const loop = trainingLoop<CheckpointScores>({
      session,
      settings,
      examples: trainingExamples(train, model),
      lowerIsBetter: !greaterIsBetter(config.metric),
      ...(control.shouldStop ? { shouldStop: control.shouldStop } : {}),
      evaluate: async function* () {
        const logits: Float32Array[] = [];
        const encodings = test.encoded.map(({ encoding }) => encoding);
        for await (const { logits: part, done } of scorer.inParts(encodings, { batchSize: 2 * config.batchSize })) {
          for (const [index, row] of part) logits[index] = row;
          yield { done, total: encodings.length };
        }
        lastLogits = logits;
        const { scores } = scoresOfLogits(test, logits, schema);
        // Counts look innocent whatever the logits are; the loss does not.
        return { value: Number.isFinite(scores.loss) ? metricValue(scores, config.metric) : Number.NaN, scores };
      },
    });
    for await (const event of loop) {
      yield event;
      if (event.type === "evaluating") continue;
      const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
      log.add(
        event.type === "evaluation"
          ? { ...event, result: summary(event.result.scores), seconds }
          : { ...event, seconds },
      );
      if (event.type === "step") history.losses.push({ step: event.step, value: event.loss });
      if (event.type === "done") done = event;
      if (event.type !== "evaluation") continue;
      history.evaluations.push(event);
      if (event.isBest) {
        const { scores } = event.result;
        if (best)
          await updateModelFolder(config.output, {
            weights: model.weights,
            manifest: { step: event.step, scores: { ...scores } },
          });
        else
          await saveModelFolder(
            config.output,
            { files, weights: model.weights, manifest: facts(event.step, scores) },
            config,
          );
        best = { step: event.step, logits: lastLogits, scores };
        yield { type: "saved", folder: config.output, step: event.step };
      }
      await log.flush();
    }
  } finally {
    await log.close();
    await session.dispose();
    await scorer.dispose();
  }

  if (!best || !done) throw new StoppedBeforeFirstStep();
  const evaluation = evaluatePairs(test, best.logits, schema, baselinesOf(table), data.sources);
  const documents = runDocuments({
    config: settings,
    data,
    model,
    evaluation,
    history,
    facts: facts(best.step, best.scores),
    sources: control.sources,
  });
  await updateModelFolder(config.output, { files: documents });
  return {
    folder: config.output,
    bestStep: best.step,
    steps: done.step,
    reason: done.reason,
    evaluation,
    seconds: (performance.now() - started) / 1000,
    peakMemory: process.resourceUsage().maxRSS * 1024,
  };
}

/** Stopped by a person before there was anything to save. */
export class StoppedBeforeFirstStep extends Error {
  override readonly name = "StoppedBeforeFirstStep";
  constructor() {
    super("stopped before the first training step: no model was saved");
  }
}

function dataEvent(data: TrainingData, train: EncodedPairs<PairExample>, test: EncodedPairs<PairExample>): TrainEvent {
  const { schema, allPairs, trainPairs, testPairs } = data;
  const count = (pairs: readonly PairExample[], id: number): number => pairs.filter(({ label }) => label === id).length;
  const describe = (name: string, { lengths }: EncodedPairs<PairExample>): string[] =>
    formatLengthReport(lengths).map((line) => `${name}: ${line}`);
  return {
    type: "data",
    documents: { train: data.train.length, test: data.test.length },
    pairs: { train: trainPairs.length, trainCandidates: allPairs.length, test: testPairs.length },
    relations: relationIds(schema).map((id) => ({
      label: schema.id2label[id]!,
      train: count(allPairs, id),
      test: count(testPairs, id),
    })),
    notices: data.notices,
    lengths: [...describe("training", train), ...describe("held out", test)],
  };
}

const relationIds = (schema: LabelSchema): number[] =>
  schema.id2label.flatMap((_, id) => (id === noRelationId(schema) ? [] : [id]));

const parameterCount = (model: StartingModel): number =>
  [...model.weights.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0);

function trainingExamples({ encoded }: EncodedPairs<PairExample>, { tokenizer }: StartingModel): TrainingExamples {
  return {
    lengths: encoded.map(({ encoding }) => encoding.inputIds.length),
    batch: (indices) =>
      collate(
        indices.map((index) => encoded[index]!.encoding),
        tokenizer.padding,
        indices.map((index) => encoded[index]!.pair.label),
      ),
  };
}

/** The headline numbers alone: the counts per label belong to the report. */
const summary = ({
  accuracy,
  microF1,
  macroF1,
  relationMicroF1,
  relationMacroF1,
  falsePositiveRate,
  loss,
}: Scores): Record<string, unknown> => ({
  loss,
  accuracy,
  microF1,
  macroF1,
  relationMicroF1,
  relationMacroF1,
  falsePositiveRate,
});
