/** The library's names beside its jobs: types of events and results, and errors. */
export type { PullEvent, PulledModel, PullOptions } from "../model/hub/pull.ts";
export type {
  CheckOptions,
  ConvertOptions,
  CurveOptions,
  EvaluateOptions,
  ExportOptions,
  PredictFilesOptions,
  PredictOptions,
  SplitOptions,
  StatsOptions,
  TrainOptions,
} from "../config.ts";
export type { Document, Entity, Relation, Span } from "../corpus/document.ts";
export type { Notice } from "../corpus/notices.ts";
export {
  DataError,
  InputMissingError,
  Interrupted,
  TryAgainError,
  UnavailableError,
  UsageError,
  UserError,
} from "../errors.ts";
export type { Scores } from "../evaluation/scores.ts";
export type { Corpus, CorpusSource, ReadOptions } from "../formats/read.ts";
export type { Problem } from "../inspection/problem.ts";
export type { CheckEvent, CheckResult } from "../recipes/check-data.ts";
export type { ConvertEvent, ConvertResult } from "../recipes/convert-data.ts";
export type { CurveEvent, CurveResult } from "../recipes/curve.ts";
export type { DataStatistics } from "../recipes/data-stats.ts";
export type { ReadingEvent } from "../recipes/document-stream.ts";
export type { EvaluateEvent, EvaluateResult } from "../recipes/evaluate.ts";
export {
  PredictionInputError,
  readGivenInput as checkPredictionInput,
  type GivenEntity,
  type GivenInput as PredictionInput,
} from "../model/tasks/given-input.ts";
export type { ModelInfo } from "../recipes/model-info.ts";
export type { ModelEvent } from "../model/source.ts";
export type { Check, Verification, VerifyEvent } from "../model/verify.ts";
export type { PairEvaluation } from "../model/tasks/relations/evaluation.ts";
export type { PredictFilesEvent, PredictFilesResult, TextAnswer } from "../recipes/predict-files.ts";
export type { DocumentPrediction, PairPredictionResult } from "../recipes/predict.ts";
export { predictionNotices } from "../recipes/prediction-notices.ts";
export type { RepairEvent, RepairResult } from "../recipes/repair-data.ts";
export type { SplitPart, SplitResult } from "../recipes/split-data.ts";
export type { TrainEvent, TrainResult } from "../recipes/train.ts";
export type { UnknownLabel } from "../model/tasks/relations/scoring-schema.ts";
export type { ExportResult } from "./jobs.ts";
export type { OpenOptions, RelationModel } from "./relation-model.ts";
export { Run, type RunOptions } from "./run.ts";
export { endRuns, removeUnfinished } from "./thread.ts";
