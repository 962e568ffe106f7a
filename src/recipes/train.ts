import { basename } from "node:path";
import { saveModelFolder, prepareOutputFolder, updateModelFolder, type ManifestFacts } from "../model/folder.ts";
import type { TrainConfig } from "../config.ts";
import { noRelationId, type LabelSchema } from "../corpus/labels.ts";
import type { Document } from "../corpus/document.ts";
import { formatSchema } from "../corpus/schema-file.ts";
import { withoutTypes } from "../corpus/schema.ts";
import { baselinesOf, learnBaselines } from "../evaluation/baselines.ts";
import { greaterIsBetter, metricValue, type Scores } from "../evaluation/scores.ts";
import { formatModelConfig } from "../model/config-file.ts";
import { trainableClassifier } from "../model/trainable.ts";
import { elementCount } from "../nn/parameters.ts";
import type { SettingSource } from "../settings.ts";
import { defaultThreshold, learnThresholds } from "../evaluation/decoding.ts";
import { classWeights } from "../training/class-weights.ts";
import { trainingLoop } from "../training/loop.ts";
import { TrainingSession } from "../training/training-session.ts";
import type { Batch } from "../tokenization/inputs/collate.ts";
import { uninterrupted } from "../uninterrupted.ts";
import { versions } from "../version.ts";
import { encodeExamples, requireEncodable, withExcluded } from "../model/tasks/relations/encode.ts";
import { MetricsLog } from "./metrics-log.ts";
import {
  evaluatePairs,
  scoresOfLogits,
  type DecodedEvaluation,
  type PairEvaluation,
} from "../model/tasks/relations/evaluation.ts";
import { PredictionSession } from "../model/prediction-session.ts";
import { runDocuments, type RunHistory } from "./run-documents.ts";
import { resolveModel } from "../model/source.ts";
import { withModelDefaults } from "./starting-settings.ts";
import { miniModel, pretrainedModel, type StartingModel } from "./starting-model.ts";
import { labelCounts, trainingExamples } from "./training-examples.ts";
import { dataEvent, summary, type CheckpointScores, type TrainEvent } from "./train-events.ts";
import { candidatesOf, entityTypesOf, readTrainingData } from "./training-data.ts";

export type { CheckpointScores, TrainEvent } from "./train-events.ts";

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
  given: TrainConfig,
  control: RunControl = {},
): AsyncGenerator<TrainEvent, TrainResult> {
  const started = performance.now();
  const config = withModelDefaults(given);
  await prepareOutputFolder(config.output, config);
  const data = await readTrainingData(paths, config);
  const { schema } = data;
  const model =
    config.model === "luke-mini"
      ? await miniModel(config, data.train, schema.id2label.length)
      : await pretrainedModel(
          config,
          yield* resolveModel(config.model, control.shouldStop),
          data.train,
          schema.id2label,
        );
  const { encoding, markers } = config;
  const { maxLength } = model;
  const train = withExcluded(
    await encodeExamples(model.tokenizer, data.trainPairs, { encoding, markers, maxLength }),
    data.trainExcluded,
  );
  const test = await encodeExamples(model.tokenizer, data.testPairs, {
    encoding,
    markers,
    maxLength,
    bounds: data.bounds,
  });
  requireEncodable(train, "training pairs");
  const dataFacts = dataEvent(data, train, test);
  yield dataFacts;
  yield {
    type: "model",
    name: model.name,
    parameters: parameterCount(model),
    vocabSize: model.config.vocabSize,
    maxLength: model.maxLength,
    notes: model.notes,
  };

  const settings = {
    ...config,
    batchSize: config.batchSize ?? defaultBatchSize(encoding, data.train),
    annotator: publicAnnotator(config.annotator),
  };
  const { output: _output, overwrite: _overwrite, ...storedSettings } = settings;
  const numLabels = schema.id2label.length;
  const weights = classWeights(config.classWeights, labelCounts(data));
  const shape = { ...model, numLabels };
  const objective = model.head.objective({ isMultiLabel: schema.multiLabel, labelWeights: weights });
  const options = {
    seed: config.seed,
    intraOpNumThreads: config.threads,
    recomputesLayers: config.lowMemory,
  };
  const candidates = candidatesOf(config);
  const decoding = candidates === "schema" ? schema : withoutTypes(schema);
  const session = await TrainingSession.create(trainableClassifier(shape, objective), model.weights, options);
  const scorer = await PredictionSession.create(shape, model.weights, model.tokenizer.padding, options);
  const log = new MetricsLog(config.output);
  const history: RunHistory = { losses: [], evaluations: [] };
  const table = learnBaselines(data.allPairs, numLabels, {
    noRelationId: noRelationId(schema),
    multiLabel: schema.multiLabel,
  });
  const facts = (step: number, scores: Scores): ManifestFacts => ({
    createdWith: versions,
    encoding: config.encoding,
    markers,
    pairFeatures: config.pairFeatures,
    labels: { noRelationLabel: schema.noRelationLabel, id2label: schema.id2label },
    schema: {
      ...formatSchema(schema),
      candidates,
      maxPairs: config.maxPairs ?? null,
      maxDistance: config.maxDistance ?? null,
      thresholds: {},
    },
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
    "config.json": formatModelConfig(model, {
      head: model.head.name,
      id2label: schema.id2label,
      isMultiLabel: schema.multiLabel,
    }),
  };

  let best: { step: number; logits: Float32Array[]; scored: DecodedEvaluation } | undefined;
  let last: { logits: Float32Array[]; scored: DecodedEvaluation } | undefined;
  let done: Extract<TrainEvent, { type: "done" }> | undefined;
  try {
    const loop = trainingLoop<CheckpointScores, Batch>({
      session,
      settings,
      examples: trainingExamples(train, model, schema),
      lowerIsBetter: !greaterIsBetter(config.metric),
      ...(control.shouldStop ? { shouldStop: control.shouldStop } : {}),
      evaluate: async function* () {
        const logits: Float32Array[] = [];
        const encodings = test.texts.map((text) => text.encoding);
        let pairsDone = 0;
        for await (const part of scorer.inParts(encodings, { batchSize: 2 * settings.batchSize })) {
          for (const [index, rows] of part) {
            logits[index] = rows;
            pairsDone += test.texts[index]!.pairs.length;
          }
          yield { done: pairsDone, total: test.count };
        }
        const scored = scoresOfLogits(test, logits, decoding);
        last = { logits, scored };
        const { scores } = scored;
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
        const { weights } = model;
        const save = best
          ? () => updateModelFolder(config.output, { weights, manifest: { step: event.step, scores: { ...scores } } })
          : () => saveModelFolder(config.output, { files, weights, manifest: facts(event.step, scores) }, config);
        await uninterrupted(save);
        best = { step: event.step, ...last! };
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
  // Labels that may stand together each have a threshold of their own, learnt where the checkpoint was chosen.
  const thresholds = schema.multiLabel ? learnThresholds(best.scored.decoded, numLabels) : undefined;
  const scored = thresholds ? scoresOfLogits(test, best.logits, decoding, thresholds) : best.scored;
  const finished = facts(best.step, scored.scores);
  const manifest: ManifestFacts = thresholds
    ? {
        ...finished,
        protocol: `${finished.protocol}; thresholds of probability learnt on the same documents`,
        schema: { ...finished.schema!, thresholds: thresholdsByLabel(schema, thresholds) },
      }
    : finished;
  const evaluation = evaluatePairs(test, scored, decoding, baselinesOf(table, noRelationId(schema)), data.sources);
  const documents = runDocuments({
    config: settings,
    data,
    model,
    evaluation,
    history,
    facts: manifest,
    losses: dataFacts.lengths,
    sources: control.sources,
  });
  await uninterrupted(() => updateModelFolder(config.output, { files: documents, manifest }));
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

/** People are not named in what is published. */
const publicAnnotator = (annotator: string | undefined): string | undefined =>
  annotator === undefined || ["first", "agreement"].includes(annotator) ? annotator : "NAME";

/** Stopped by a person before there was anything to save. */
export class StoppedBeforeFirstStep extends Error {
  override readonly name = "StoppedBeforeFirstStep";
  constructor() {
    super("stopped before the first training step: no model was saved");
  }
}

const parameterCount = (model: StartingModel): number =>
  [...model.weights.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0);

/** Texts per step if not given: in document encoding so many, a power of two up to 16, that they have some 200 ordered pairs. */
function defaultBatchSize(encoding: "pair" | "document", texts: readonly Document[]): number {
  if (encoding === "pair") return 32;
  const pairs = texts.reduce((sum, { entities: { length } }) => sum + length * (length - 1), 0);
  const wanted = (200 * texts.length) / Math.max(1, pairs);
  return 2 ** Math.floor(Math.log2(Math.min(16, Math.max(1, wanted))));
}

/** Those that were learnt; no relation is what is left where no label reaches its own. */
const thresholdsByLabel = (
  { id2label, noRelationLabel }: LabelSchema,
  thresholds: readonly number[],
): Record<string, number> =>
  Object.fromEntries(
    id2label.flatMap((label, id) =>
      label === noRelationLabel || thresholds[id] === defaultThreshold ? [] : [[label, thresholds[id]!]],
    ),
  );
