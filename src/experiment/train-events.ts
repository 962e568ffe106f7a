import type { TrainConfig } from "../config.ts";
import type { Notice } from "../corpus/notices.ts";
import type { Unit } from "../corpus/unit.ts";
import { sizeOf, type LabelledExample } from "../evaluation/mistakes.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import type { PartFacts } from "../evaluation/scored-part.ts";
import type { Scores } from "../evaluation/scores.ts";
import { sumOfOmitted, type Encoded } from "../model/tasks/encoded.ts";
import type { EndToEnd } from "../model/end-to-end.ts";
import type { EncodedParts } from "../model/tasks/encode-parts.ts";
import type { HeldOut, LearningData } from "../model/tasks/learning-data.ts";
import { labelsOfExamples, type Task } from "../model/tasks/task.ts";
import { elementCount } from "../nn/parameters.ts";
import type { SettingSource } from "../settings.ts";
import type { TrainingEvent } from "../training/loop.ts";
import type { ModelEvent } from "../model/source.ts";
import type { Start } from "../model/start.ts";
import type { CheckpointEvent } from "../model/checkpoints/run-checkpoints.ts";
import type { RunHistory } from "../report/run-history.ts";
import type { EstimateEvent } from "./run-estimate.ts";
import type { ModelDefaults } from "../model/starting-settings.ts";

/** The settings of a run, whole. */
export type StartingConfig = TrainConfig & ModelDefaults;

export interface CheckpointScores {
  readonly value: number;
  readonly standardError?: number;
  readonly scores: Scores;
}

/** A count for each part of the documents. */
export interface PartCounts {
  readonly train: number;
  readonly validation: number;
  readonly test?: number;
}

/** The data of a run. */
export interface DataEvent {
  readonly type: "data";
  /** The thing that gets a label. */
  readonly unit: Unit;
  /** `test` is absent if the validation part is all that is held out. */
  readonly documents: PartCounts;
  /**
   * `trainAll` are all training examples, `trainCandidates` those of them within the bounds, of which `train` are learnt
   * from. The other parts are counted whole: what a bound leaves out is scored too.
   */
  readonly examples: PartCounts & { readonly trainAll: number; readonly trainCandidates: number };
  /** Mean number of training examples in a text that the model reads: 1 in pair encoding. */
  readonly examplesPerText: number;
  /** How often each label occurs, without the one that means that nothing holds. */
  readonly labels: readonly (PartCounts & { readonly label: string })[];
  readonly notices: readonly Notice[];
  /** Sentences on what the model is not shown, with counts. */
  readonly lengths: readonly string[];
}

/**
 * The events of a run, in order: data, model, then steps, evaluations and saved checkpoints, then done, and after it the
 * scoring of the test part.
 */
export type TrainEvent =
  | ModelEvent
  | DataEvent
  | {
      readonly type: "model";
      readonly name: string;
      readonly parameters: number;
      readonly vocabSize: number;
      readonly maxLength: number;
      readonly notes: readonly string[];
    }
  | TrainingEvent<CheckpointScores>
  | EstimateEvent
  /** The test part is being scored; counts examples. */
  | { readonly type: "testing"; readonly done: number; readonly total: number }
  /** The run goes on from a checkpoint; `notes` say what is not as it was. */
  | {
      readonly type: "resumed";
      readonly folder: string;
      readonly step: number;
      /** The step whose weights are kept; 0 if none was evaluated yet. */
      readonly keptStep: number;
      readonly notes: readonly string[];
      /** The course of the run up to here. */
      readonly history: RunHistory;
    }
  | CheckpointEvent
  /** TensorBoard's file or MLflow's server could not be written to; the run goes on. */
  | { readonly type: "tracking"; readonly tracker: string; readonly failure: string }
  | { readonly type: "saved"; readonly folder: string; readonly step: number };

export function dataEvent(task: Task, data: LearningData, { train, validation, test }: EncodedParts): DataEvent {
  const { learned, all, trained, candidates } = data;
  const losses = (name: string, encoded: Encoded<LabelledExample>, total: number): string[] =>
    task.losses(encoded, learned, total).map((line) => `${name}: ${line}`);
  const ofTrain = countLabels(all);
  const [ofValidation, ofTest] = [heldOutCounts(data.validation), data.test && heldOutCounts(data.test)];
  const counts = (train: number, of: (part: HeldOutCounts) => number): PartCounts => ({
    train,
    validation: of(ofValidation),
    ...(ofTest ? { test: of(ofTest) } : {}),
  });
  return {
    type: "data",
    unit: task.unit,
    documents: counts(data.train.length, ({ documents }) => documents),
    examples: {
      ...counts(sizeOf(trained.examples), ({ examples }) => examples),
      trainAll: sizeOf(all),
      trainCandidates: candidates,
    },
    examplesPerText: sizeOf(train.texts.flatMap(({ examples }) => examples)) / train.texts.length,
    labels: labelsOfExamples(learned).flatMap((label, id) =>
      id === learned.noRelationId
        ? []
        : [{ label, ...counts(ofTrain.get(id) ?? 0, ({ labels }) => labels.get(id) ?? 0) }],
    ),
    notices: data.notices,
    lengths: [
      ...losses("training", train, sizeOf(all)),
      ...losses(test ? "validation" : "held out", validation, ofValidation.examples),
      ...(test && ofTest ? losses("test", test, ofTest.examples) : []),
    ],
  };
}

interface HeldOutCounts {
  readonly documents: number;
  readonly examples: number;
  readonly labels: ReadonlyMap<number, number>;
}

function heldOutCounts({ documents, asked: { examples, excluded, omitted } }: HeldOut): HeldOutCounts {
  const all = [...examples, ...excluded.map(({ example }) => example)];
  return { documents: documents.length, examples: sizeOf(all) + sumOfOmitted(omitted), labels: countLabels(all) };
}

/** @param ofRun further notes, on the run */
export const modelEvent = (
  { name, weights, config, maxLength, notes }: Start,
  ofRun: readonly string[] = [],
): TrainEvent => ({
  type: "model",
  name,
  parameters: [...weights.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0),
  vocabSize: config.vocabSize,
  maxLength,
  notes: [...notes, ...ofRun],
});

/** How many examples have each label. */
function countLabels(examples: readonly LabelledExample[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { labels } of examples) for (const id of labels) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** The headline numbers alone: the counts per label belong to the report. */
export const summary = ({
  accuracy,
  microF1,
  macroF1,
  relationMicroF1,
  relationMacroF1,
  falsePositiveRate,
  loss,
  noRelationId,
}: Scores): Record<string, unknown> => ({
  loss,
  accuracy,
  microF1,
  macroF1,
  ...(noRelationId === null ? {} : { relationMicroF1, relationMacroF1, falsePositiveRate }),
});

/** A run that came to its end, or was stopped after its first step. */
export interface FinishedTraining {
  readonly folder: string;
  /** The step whose weights were kept. */
  readonly keptStep: number;
  readonly steps: number;
  readonly reason: "finished" | "patience" | "stopped";
  /** Whether the last evaluation was clearly the best, so that a longer run is likely better. */
  readonly stillImproving: boolean;
  /** The figures of `parts.part`. */
  readonly evaluation: Evaluation;
  readonly parts: PartFacts;
  /** Entities and relations found in the bare held-out texts, by a model that finds both. */
  readonly endToEnd?: EndToEnd | undefined;
  /** Seconds of the run, those before it was resumed included. */
  readonly seconds: number;
}

/** The user stopped a run before there was a model to keep. */
export class StoppedBeforeFirstScore extends Error {
  override readonly name = "StoppedBeforeFirstScore";
  /** @param isKept whether there is a checkpoint of the step */
  constructor(step: number, isKept: boolean) {
    const kept = isKept
      ? `the checkpoint of step ${step} has all that was learnt, and a run that is resumed goes on from it`
      : "what was learnt is lost, since no checkpoint could be written";
    super(
      step === 0
        ? "stopped before the first training step: no model was saved"
        : `stopped before the first evaluation was done, so there is no model yet: ${kept}`,
    );
  }
}

/** Control of a run by its caller. */
export interface RunControl {
  readonly shouldStop?: (() => boolean) | undefined;
  /** Milliseconds of scoring that a run which is stopped may take for its first evaluation, so that there is a model to keep. */
  readonly stopGrace?: number | undefined;
  /** The origin of each setting, for the report. */
  readonly sources?: Readonly<Record<string, SettingSource>> | undefined;
  /** A run that is made to compare settings: this share of the steps of a whole one, and the test part is not touched. */
  readonly trial?: { readonly share: number } | undefined;
  /** The folder to write to in the place of `output`, which the model card names all the same. */
  readonly into?: string | undefined;
  /** SHA-256 of the files that the run has to read, in their order; other data are refused. */
  readonly data?: readonly string[] | undefined;
}
