import { learningParameters } from "../model/learning-layers.ts";
import type { ClassifierShape } from "../model/classifier.ts";
import type { Start } from "../model/fresh-start.ts";
import { Scorer } from "../model/scorer.ts";
import { classCounts, trainingExamples, type Encoded } from "../model/tasks/encoded.ts";
import type { LearningData } from "../model/tasks/learning-data.ts";
import type { Task } from "../model/tasks/task.ts";
import { trainableClassifier } from "../model/trainable.ts";
import type { LabelledExample } from "../evaluation/mistakes.ts";
import type { Device } from "../runtime/device.ts";
import type { Batch } from "../tokenization/inputs/collate.ts";
import { classWeights } from "../training/class-weights.ts";
import type { TrainingExamples } from "../training/loop.ts";
import { shortened } from "../training/planned-steps.ts";
import type { Trainable } from "../training/trainable.ts";
import { TrainingSession } from "../training/training-session.ts";
import type { StartingConfig } from "./train-events.ts";

/** The model of a run, its encoded training examples and its settings, wherever they are from. */
export interface RunParts {
  readonly task: Task;
  readonly data: LearningData;
  readonly model: Start;
  readonly train: Encoded<LabelledExample>;
  readonly config: StartingConfig;
  /** The share of the steps that are made; all if not given. */
  readonly share?: number | undefined;
}

/** A run before anything is compiled. */
export interface RunPlan {
  readonly settings: StartingConfig & { readonly batchSize: number };
  readonly shape: ClassifierShape;
  readonly trainable: Trainable<Batch>;
}

/** Decides the batch size, the number of steps, the objective, and which parameters learn. */
export function planRun({ task, data, model, train, config, share }: RunParts): RunPlan {
  const { learned } = data;
  const batchSize = config.batchSize ?? task.trainingBatchSize(learned, data.train);
  const shape = { ...model, numLabels: learned.id2label.length };
  const labelWeights = classWeights(config.classWeights, classCounts(train, data.trained.examples, shape.numLabels));
  const objective = model.head.objective({ ...config, isMultiLabel: learned.multiLabel, labelWeights });
  return {
    settings: shortened({ ...config, batchSize }, train.texts.length, share),
    shape,
    trainable: trainableClassifier(shape, objective, learningParameters(shape, config)),
  };
}

/** The compiled graphs of a run, and its examples as the loop takes them. */
export interface RunSessions {
  readonly session: TrainingSession<Batch>;
  readonly scorer: Scorer;
  readonly scoring: { readonly batchSize: number };
  readonly examples: TrainingExamples<Batch>;
}

/** Compiles the graphs of training and of scoring, which share the weights of the model. */
export async function openSessions(
  { data, model, train }: Pick<RunParts, "data" | "model" | "train">,
  { settings, shape, trainable }: RunPlan,
  device: Device,
): Promise<RunSessions> {
  const { seed, precision, threads: intraOpNumThreads, lowMemory: recomputesLayers } = settings;
  const options = { device, seed, precision, intraOpNumThreads, recomputesLayers };
  const { weights, tokenizer } = model;
  const session = await TrainingSession.create(trainable, weights, options);
  const scorer = await Scorer.create(shape, weights, tokenizer.padding, options);
  const numLabels = data.learned.multiLabel ? shape.numLabels : undefined;
  return {
    session,
    scorer,
    scoring: { batchSize: 2 * settings.batchSize },
    examples: trainingExamples(train, tokenizer.padding, numLabels),
  };
}
