/**
 * Relata's public library: train, evaluate and predict relations between given entities. Models run on a thread of
 * their own, so none of these calls blocks the caller.
 * @module
 */
import {
  checkConfig,
  convertConfig,
  evaluateConfig,
  predictConfig,
  trainConfig,
  type CheckOptions,
  type ConvertOptions,
  type EvaluateOptions,
  type PredictOptions,
  type TrainOptions,
} from "./config.ts";
import { checkData as check, type CheckEvent, type CheckResult } from "./recipes/check-data.ts";
import { convertData as convert, type ConvertResult } from "./recipes/convert-data.ts";
import type { ReadingEvent } from "./recipes/document-stream.ts";
import type { EvaluateEvent, EvaluateResult } from "./recipes/evaluate.ts";
import { readGivenInput, type GivenInput } from "./model/tasks/given-input.ts";
import type { DocumentPrediction } from "./recipes/predict.ts";
import { RecipeThread, resultOf } from "./recipes/thread/host.ts";
import type { TrainEvent, TrainResult } from "./recipes/train.ts";
import { Interrupted, UsageError } from "./errors.ts";
import { describe } from "./formats/source/json-line.ts";
import { resolveSettings } from "./settings.ts";

export { pullModel, type PullEvent, type PulledModel, type PullOptions } from "./checkpoint/hub/pull.ts";
export { readCorpus, type Corpus, type ReadOptions } from "./formats/read.ts";
export type { Document, Entity, Relation, Span } from "./corpus/document.ts";
export type { CheckOptions, ConvertOptions, EvaluateOptions, PredictOptions, TrainOptions } from "./config.ts";
export type { CheckEvent, CheckResult } from "./recipes/check-data.ts";
export type { ConvertResult } from "./recipes/convert-data.ts";
export type { EvaluateEvent, EvaluateResult } from "./recipes/evaluate.ts";
export type { UnknownLabel } from "./model/tasks/relations/scoring-schema.ts";
export type { PairEvaluation } from "./model/tasks/relations/evaluation.ts";
export {
  PredictionInputError,
  type GivenEntity,
  type GivenInput as PredictionInput,
} from "./model/tasks/given-input.ts";
export type { DocumentPrediction, PairPredictionResult } from "./recipes/predict.ts";
export type { TrainEvent, TrainResult } from "./recipes/train.ts";
export type { Scores } from "./evaluation/scores.ts";
export {
  DataError,
  InputMissingError,
  Interrupted,
  TryAgainError,
  UnavailableError,
  UsageError,
  UserError,
} from "./errors.ts";

/**
 * Converts annotation files of any format into another, in a stream.
 * @param output a file, or for some formats a folder
 * @returns what was read and written, and what the target does not hold
 * @throws UserError for bad settings, bad data or an output that is there already
 */
export function convertData(
  data: string | readonly string[],
  output: string,
  options: ConvertOptions,
): AsyncGenerator<ReadingEvent, ConvertResult> {
  return convert(pathsOf(data), output, resolveSettings(convertConfig, options).config);
}

/**
 * Looks for problems in annotation files: spans, relations, labels, near duplicates, encodings.
 * @yields how far the reading is, and every problem with its place and advice
 * @throws UserError for bad settings and files that cannot be read
 */
export function checkData(
  data: string | readonly string[],
  options: CheckOptions = {},
): AsyncGenerator<CheckEvent, CheckResult> {
  return check(pathsOf(data), resolveSettings(checkConfig, options).config);
}

/** One path or several. @throws UsageError for anything else */
function pathsOf(data: unknown): readonly string[] {
  const paths: readonly unknown[] = Array.isArray(data) ? data : [data];
  const wrong = paths.find((path) => typeof path !== "string" || path === "");
  if (paths.length > 0 && wrong === undefined) return paths as readonly string[];
  const found = paths.length === 0 ? "an empty list" : describe(wrong);
  throw new UsageError(`data: expected a path, or a list of paths, of annotation files; found ${found}.`);
}

/** @throws UsageError for anything but the name of a model */
function requireModelName(model: unknown): void {
  if (typeof model === "string" && model !== "") return;
  throw new UsageError(`model: expected a model folder, or org/name on the hub; found ${describe(model)}.`);
}

export interface RunOptions {
  /** Aborting stops the run; training keeps the best model so far. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a relation classifier on annotation exports and writes its model folder.
 * @param data paths of annotation files in any format (docs/data.md), folders or archives
 * @yields what happens: data read, steps, evaluations, checkpoints saved
 * @returns the evaluation of the best checkpoint on the held-out documents
 * @throws UserError for bad settings, bad data or an output folder that cannot be used
 */
export async function* train(
  data: string | readonly string[],
  options: TrainOptions,
  { signal }: RunOptions = {},
): AsyncGenerator<TrainEvent, TrainResult> {
  const { config } = resolveSettings(trainConfig, options);
  const thread = new RecipeThread();
  try {
    return yield* thread.call("train", { paths: pathsOf(data), config }, signal);
  } finally {
    await thread.close();
  }
}

/**
 * Scores a model folder on annotated documents: every ordered pair of entities, beside the baselines.
 * @throws UserError for a damaged model folder, bad data, or annotations of which the model knows no label
 */
export async function* evaluate(
  model: string,
  data: string | readonly string[],
  options: EvaluateOptions = {},
  { signal }: RunOptions = {},
): AsyncGenerator<EvaluateEvent, EvaluateResult> {
  const { config } = resolveSettings(evaluateConfig, options);
  requireModelName(model);
  const thread = new RecipeThread();
  try {
    return yield* thread.call("evaluate", { folder: model, paths: pathsOf(data), config }, signal);
  } finally {
    await thread.close();
  }
}

/** A trained model, opened. Close it when done: it holds a thread and its weights. */
export interface RelationModel {
  /** Label names by id; of a pair classifier one is `noRelationLabel`. */
  readonly labels: readonly string[];
  readonly noRelationLabel: string | undefined;
  /** What it classifies: pairs of entities, or with LUKE's other heads single entities or all spans of a text. */
  readonly kind: "pair" | "entity" | "span";
  /** What a user should know of how a checkpoint was read. */
  readonly notes: readonly string[];
  /** Entity types seen in training. */
  readonly entityTypes: readonly string[];
  /**
   * Labels of the pairs asked for, or of every ordered pair, with a probability for each label. An entity is given by its
   * offsets, `{ start, end, type }` or `[start, end, type]`, or by words that stand once in the text, `{ text, type }`.
   * @throws PredictionInputError naming the field that is missing or wrong; DataError for a span that is no part of its
   * text; UsageError once the model is closed
   */
  predict(input: GivenInput): Promise<DocumentPrediction>;
  predict(inputs: readonly GivenInput[]): Promise<DocumentPrediction[]>;
  /** Waits for the batch under way, and gives thread and weights back; a prediction under way throws UsageError. */
  close(): Promise<void>;
  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const closedError = (): UsageError =>
  new UsageError("Cannot predict: this model was closed. Open it again with openModel.");

/**
 * Opens a model folder that `train` wrote.
 * @throws UserError if there is no such folder, or it is not a whole model
 */
export async function openModel(folder: string, options: PredictOptions = {}): Promise<RelationModel> {
  const { config } = resolveSettings(predictConfig, options);
  requireModelName(folder);
  const thread = new RecipeThread();
  try {
    const facts = await resultOf(thread.call("open", { folder, config }));
    let isClosed = false;
    async function predict(input: GivenInput): Promise<DocumentPrediction>;
    async function predict(inputs: readonly GivenInput[]): Promise<DocumentPrediction[]>;
    async function predict(
      given: GivenInput | readonly GivenInput[],
    ): Promise<DocumentPrediction | DocumentPrediction[]> {
      if (isClosed) throw closedError();
      const isList = Array.isArray(given);
      const inputs = isList
        ? given.map((one: unknown, i) => readGivenInput(one, { file: `input ${i}` }))
        : [readGivenInput(given)];
      try {
        const results = await resultOf(thread.call("predict", { inputs, config }));
        return isList ? results : results[0]!;
      } catch (error) {
        if (error instanceof Interrupted && isClosed) throw closedError();
        throw error;
      }
    }
    const close = (): Promise<void> => {
      isClosed = true;
      return thread.close();
    };
    return { ...facts, predict, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await thread.close();
    throw error;
  }
}
