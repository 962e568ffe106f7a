/**
 * The library's exports beside its jobs: types of events and results, errors, the schemas of settings, and the
 * functions that format results. Nothing here loads a format's reader, ONNX Runtime or training.
 */
export type { PullEvent, PulledFolder as PulledModel, PullOptions } from "../model/hub/pull.ts";
export {
  checkConfig,
  compareConfig,
  convertConfig,
  evaluateConfig,
  exportConfig,
  graphConfig,
  predictConfig,
  predictFilesConfig,
  splitConfig,
  statsConfig,
  suspectsConfig,
  trainConfig,
} from "../config.ts";
export { resolveWithFile } from "../resolve-config.ts";
export type { CheckConfig, CompareConfig, PredictFilesConfig } from "../config.ts";
export type {
  CheckOptions,
  CompareOptions,
  ConvertOptions,
  CurveOptions,
  EvaluateOptions,
  ExportOptions,
  GraphOptions,
  PredictFilesOptions,
  PredictOptions,
  RenameOptions,
  RepeatOptions,
  SplitOptions,
  StatsOptions,
  SuspectsOptions,
  SweepOptions,
  TrainOptions,
} from "../options/index.ts";
export {
  curveConfig,
  repeatConfig,
  sweepConfig,
  trainCommandConfig,
  trainWorkerConfig,
} from "../experiment/settings.ts";
export type { TrainCommandConfig, TrainWorkerOptions } from "../experiment/settings.ts";
export type { QueueEvent } from "../queue/queue-silence.ts";
export type { TrainWorkerEvent, TrainWorkerResult } from "./train-worker.ts";
export { applied, type Act } from "../annotation/acts.ts";
export { differencesOf, type Difference } from "../annotation/disagreement.ts";
export { fitsOf } from "../annotation/fits.ts";
export { annotationsOf, markedOf, nothingMarked, type Marked } from "../annotation/marked.ts";
export { joinSameTexts, type JoinedTexts } from "../annotation/same-texts.ts";
export { textUnits, unitsOfText, type TextUnit, type UnitedText } from "../annotation/text-units.ts";
export { noTraining, type Training as ShownTraining } from "../annotation/training-state.ts";
export { chooseToLabel, countLabels, type LabelCandidate } from "../evaluation/what-to-label.ts";
export { asCandidate } from "../model/tasks/label-candidate.ts";
export { amountKinds, type Amounts } from "../corpus/amounts.ts";
export type { Document, Entity, Relation, Span } from "../corpus/document.ts";
export { formatNotice, formatNoticeInFull, type Notice } from "../corpus/notices.ts";
export {
  DataError,
  exitCodes,
  formatLocation,
  InputMissingError,
  Interrupted,
  TryAgainError,
  UnavailableError,
  UsageError,
  UserError,
} from "../errors.ts";
export { bestOf, type Unbeaten } from "../evaluation/baselines.ts";
export type { GivenShare, Probes } from "../evaluation/probes.ts";
export type { Abstention } from "../evaluation/abstention.ts";
export { metricNames, noRelationOf, type Scores } from "../evaluation/scores.ts";
export { partSentences, type PartFacts, type ScoredPart } from "../evaluation/scored-part.ts";
export type { Spread } from "../evaluation/spread.ts";
export { labelVerdict, verdictOn } from "../evaluation/verdict.ts";
export { evaluationJson } from "../evaluation/evaluation-json.ts";
export type { Corpus, CorpusSource, ReadOptions } from "../formats/read.ts";
export { formatExcerpt } from "../inspection/excerpt.ts";
export { isProblemCode, problemKinds, severities, type Severity } from "../inspection/problem-kinds.ts";
export { countOf, type ReportedProblem as Problem } from "../inspection/problem.ts";
export type { CheckEvent, CheckResult } from "../recipes/check-data.ts";
export type { CompareEvent, CompareResult } from "../recipes/compare.ts";
export { markedText } from "../evaluation/mistakes.ts";
export type { ChangedAnswer, Difference as ScoreDifference, ModelComparison } from "../evaluation/model-comparison.ts";
export type { ConvertEvent, ConvertResult } from "../recipes/convert-data.ts";
export type { CurveEvent, CurveResult } from "../recipes/curve.ts";
export type { RepeatEntry, RepeatEvent, RepeatResult } from "../recipes/repeat.ts";
export type { SweepEntry, SweepEvent, SweepResult } from "../recipes/sweep.ts";
export type { DataStatistics } from "../recipes/data-stats.ts";
export type { ReadingEvent } from "../formats/document-stream.ts";
export type { EvaluateEvent, EvaluateResult } from "../recipes/evaluate.ts";
export {
  PredictionInputError,
  readGivenInput as checkPredictionInput,
  type GivenEntity,
  type GivenInput as PredictionInput,
} from "../model/tasks/given-input.ts";
export type { AdapterInfo, ModelInfo, RelataInfo, TensorUse } from "../model/info.ts";
export type { StartOption } from "../model/model-list.ts";
export type { ModelGraphResult } from "../model/graph.ts";
export type { ModelEvent } from "../model/source.ts";
export type { Check, Verification, VerifyEvent } from "../model/verify.ts";
export type { EndToEnd } from "../model/end-to-end.ts";
export type { Evaluation } from "../evaluation/evaluation.ts";
export type { PredictFilesEvent, PredictFilesResult, TextAnswer } from "../recipes/predict-files.ts";
export type { ExplainedPair, Explanation, WordScore } from "../model/tasks/explanation.ts";
export {
  withoutNotices,
  type DocumentPrediction,
  type NoticedPrediction,
  type PairPredictionResult,
} from "../model/tasks/prediction.ts";
export { typeNotices } from "../model/tasks/prediction-notices.ts";
export type { RepairEvent, RepairResult } from "../recipes/repair-data.ts";
export { pictureStyle } from "../report/picture/picture-style.ts";
export { renderSvg, type PictureOptions } from "../report/picture/render-svg.ts";
export type { RenameResult } from "../formats/rename.ts";
export { renameConfig } from "../formats/rename-settings.ts";
export type { SuspectsEvent, SuspectsResult } from "../recipes/suspects.ts";
export type { SplitPart, SplitResult } from "../recipes/split-data.ts";
export type { TrainEvent, TrainResult } from "../recipes/train.ts";
export type { JoinedTraining } from "../experiment/join-training.ts";
export { rankPlace, requireOneProcess, type RankPlace } from "../ranks/place.ts";
export { rankSettings } from "../ranks/settings.ts";
export type { TrainingPlan } from "../experiment/plan-training.ts";
export type { EstimateEvent } from "../experiment/run-estimate.ts";
export type { Task, UnknownLabel } from "../model/tasks/task.ts";
export { formatUnknownLabels } from "../model/tasks/unknown-labels.ts";
export { countOfUnit, entityUnit, pairUnit, type Unit } from "../corpus/unit.ts";
export type { ExportResult } from "./jobs.ts";
export type { AdapterSet } from "./adapter-set.ts";
export type { OpenOptions, ModelHandle as RelationModel } from "./relation-model.ts";
export { Run, type RunOptions } from "./run.ts";
export type { Examination } from "../doctor/examine.ts";
export type { Problem as MachineProblem } from "../doctor/problems.ts";
export { GuestReader } from "./guest-reader.ts";
export { withSuggestions } from "../guests/inception/suggestions.ts";
export type { CasReading } from "../guests/inception/predict-request.ts";
export { labelStudioResult, type TaskResult } from "../guests/label-studio/result.ts";
export type { PredictReading } from "../guests/label-studio/predict-request.ts";
export type { TaskReading } from "../guests/label-studio/task-reading.ts";
export {
  describeSettings,
  flagOf,
  pickSettings,
  resolveSettings,
  type ResolvedSettings,
  type SettingDescription,
  type SettingSource,
} from "../settings.ts";
export { headingOf } from "../setting-groups.ts";
export type { DistributionSummary } from "../statistics/distribution.ts";
export { versions } from "../version.ts";
export { endRuns, removeUnfinished } from "./thread.ts";
export { RelataClient, RelataServerError, type RelataClientOptions } from "../client/client.ts";
export * as serverSchemas from "../client/schemas.ts";
export { errorTypes } from "../client/schemas.ts";
export type {
  DocumentInput,
  ErrorResponse,
  ErrorType,
  InferRequest,
  InferResponse,
  RelationsRequest,
  RelationsResponse,
  ServerInfo,
} from "../client/schemas.ts";
export { annotateConfig, sampleConfig } from "../label-config.ts";
export type { AnnotateConfig, AnnotateOptions, SampleConfig, SampleOptions } from "../label-config.ts";
export type { SampleResult, SampledText } from "../recipes/sample-data.ts";
export { pruneRuntimes, type RuntimeBinaries } from "../doctor/prune.ts";
