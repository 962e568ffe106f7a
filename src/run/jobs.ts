import type { PullEvent, PulledFolder, PullOptions } from "../model/hub/pull.ts";
import type {
  CheckConfig,
  CompareConfig,
  ConvertConfig,
  EvaluateConfig,
  ExportConfig,
  GraphConfig,
  PredictConfig,
  PredictFilesConfig,
  SplitConfig,
  StatsConfig,
  SuspectsConfig,
  TrainConfig,
} from "../config.ts";
import type { Unit } from "../corpus/unit.ts";
import type { Corpus, ReadOptions } from "../formats/read.ts";
import type { CheckEvent, CheckResult } from "../recipes/check-data.ts";
import type { CompareEvent, CompareResult } from "../recipes/compare.ts";
import type { ConvertEvent, ConvertResult } from "../recipes/convert-data.ts";
import type { TrainingPlan } from "../experiment/plan-training.ts";
import type { CurveConfig, RepeatConfig, SweepConfig } from "../experiment/settings.ts";
import type { JoinedTraining } from "../experiment/join-training.ts";
import type { CurveEvent, CurveResult } from "../recipes/curve.ts";
import type { RepeatEvent, RepeatResult } from "../recipes/repeat.ts";
import type { DataStatistics } from "../recipes/data-stats.ts";
import type { FormatSettings } from "../formats/settings.ts";
import type { ReadingEvent } from "../formats/document-stream.ts";
import type { CasReading } from "../guests/inception/predict-request.ts";
import type { TrainingFiles } from "../guests/inception/training-files.ts";
import type { Examination } from "../doctor/examine.ts";
import type { EntityUse, PredictReading } from "../guests/label-studio/predict-request.ts";
import type { Webhook } from "../guests/label-studio/webhook.ts";
import type { EvaluateEvent, EvaluateResult } from "../recipes/evaluate.ts";
import type { ModelGraphResult } from "../model/graph.ts";
import type { ModelInfo } from "../model/info.ts";
import type { ModelEvent } from "../model/source.ts";
import type { Verification, VerifyEvent } from "../model/verify.ts";
import type { PredictFilesEvent, PredictFilesResult } from "../recipes/predict-files.ts";
import type { HeadName } from "../model/heads/head.ts";
import type { ExplainedPair, Explanation } from "../model/tasks/explanation.ts";
import type { DocumentPrediction } from "../model/tasks/prediction.ts";
import type { PredictionLines } from "../model/tasks/prediction-lines.ts";
import type { PredictionInput } from "../model/tasks/prediction-input.ts";
import type { SampleResult } from "../recipes/sample-data.ts";
import type { SampleConfig } from "../label-config.ts";
import type { RepairEvent, RepairResult } from "../recipes/repair-data.ts";
import type { RenameResult } from "../formats/rename.ts";
import type { RenameConfig } from "../formats/rename-settings.ts";
import type { SplitResult } from "../recipes/split-data.ts";
import type { SuspectsEvent, SuspectsResult } from "../recipes/suspects.ts";
import type { SweepEvent, SweepResult } from "../recipes/sweep.ts";
import type { SharedJob } from "../experiment/shared-runs.ts";
import type { SharedRunResult } from "./train-shared.ts";
import type { TrainEvent, TrainResult } from "../recipes/train.ts";
import type { ShownTypes } from "../model/tasks/task.ts";
import type { SettingSource } from "../settings.ts";

interface Job<Arguments, Event, Result> {
  readonly arguments: Arguments;
  readonly event: Event;
  readonly result: Result;
}

interface Data<Config> {
  readonly paths: readonly string[];
  readonly config: Config;
}

interface Named {
  /** A folder, or `org/name[@revision]` on the hub. */
  readonly model: string;
}

/** The facts of a model that its caller needs. */
export interface ModelFacts {
  readonly kind: HeadName;
  /** Whether it finds the entities of a text that comes without. */
  readonly finds: boolean;
  /** The name of its task. */
  readonly task: string;
  /** The thing that gets a label. */
  readonly unit: Unit;
  readonly labels: readonly string[];
  /** The label that means no relation; undefined unless it is a pair classifier. */
  readonly noRelationLabel: string | undefined;
  readonly entityTypes: readonly string[];
  /** Hexadecimal digits that change with the files of the model, and of the one that finds entities for it. */
  readonly digest: string;
  /** The settings of the run that trained it; empty for a folder that transformers wrote. */
  readonly trainedWith: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
  /** The types that the model knows, if it sees types. */
  readonly shownTypes: ShownTypes | undefined;
}

export interface ExportResult {
  /** The files of the export, by name. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** Facts for users who give texts to an exported graph, which has no relata.json beside it. */
  readonly notes: readonly string[];
}

/** The jobs of a thread: the arguments, the events and the result of each. All of them are cloned between threads. */
export interface Jobs {
  train: Job<
    Data<TrainConfig> & { readonly sources?: Readonly<Record<string, SettingSource>> | undefined },
    TrainEvent,
    TrainResult
  >;
  joinTraining: Job<Data<TrainConfig>, TrainEvent, JoinedTraining>;
  planTraining: Job<Data<TrainConfig>, TrainEvent, TrainingPlan>;
  repeat: Job<Data<RepeatConfig>, RepeatEvent, RepeatResult>;
  sweep: Job<Data<SweepConfig>, SweepEvent, SweepResult>;
  /** Trains one run of a sweep or of repeated trainings that others have queued. */
  trainShared: Job<SharedJob, TrainEvent, SharedRunResult>;
  curve: Job<Data<CurveConfig>, CurveEvent, CurveResult>;
  evaluate: Job<Named & Data<EvaluateConfig>, EvaluateEvent, EvaluateResult>;
  compare: Job<Data<CompareConfig> & { readonly models: readonly [string, string] }, CompareEvent, CompareResult>;
  /** If no path is given, the texts are read from the thread's standard input. */
  predictFiles: Job<
    Named & { readonly path: string | undefined; readonly config: PredictFilesConfig },
    PredictFilesEvent,
    PredictFilesResult
  >;
  /** Writes the texts of a file in any format as JSON Lines for predictions; bad records go to a file beside. */
  predictionLines: Job<
    {
      readonly path: string;
      readonly output: string;
      readonly rejects: string;
      readonly settings: FormatSettings;
      readonly finds: boolean;
    },
    ReadingEvent,
    PredictionLines
  >;
  sample: Job<Named & { readonly path: string; readonly config: SampleConfig }, PredictFilesEvent, SampleResult>;
  /** Documents with fewer entities than `fewestEntities` are left out and counted. */
  read: Job<
    { readonly paths: readonly string[]; readonly options: ReadOptions; readonly fewestEntities?: number | undefined },
    never,
    Corpus
  >;
  /** If no output is given, the text comes as events. */
  convert: Job<Data<ConvertConfig> & { readonly output: string | undefined }, ConvertEvent, ConvertResult>;
  check: Job<Data<CheckConfig>, CheckEvent, CheckResult>;
  repair: Job<Data<CheckConfig> & { readonly output: string }, RepairEvent, RepairResult>;
  split: Job<Data<SplitConfig>, ReadingEvent, SplitResult>;
  rename: Job<Data<RenameConfig> & { readonly output: string }, ReadingEvent, RenameResult>;
  suspects: Job<Data<SuspectsConfig>, SuspectsEvent, SuspectsResult>;
  stats: Job<Data<StatsConfig>, ModelEvent | ReadingEvent, DataStatistics>;
  pull: Job<Named & Omit<PullOptions, "signal">, PullEvent, PulledFolder>;
  verify: Job<Named, ModelEvent | VerifyEvent, Verification>;
  export: Job<Named & { readonly output: string; readonly config: ExportConfig }, ModelEvent, ExportResult>;
  info: Job<Named, ModelEvent, ModelInfo>;
  examine: Job<undefined, never, Examination>;
  graph: Job<Named & { readonly config: GraphConfig }, ModelEvent, ModelGraphResult>;
  /** Opens a model, which stays open on the thread. */
  open: Job<Named & { readonly config: PredictConfig }, ModelEvent, ModelFacts>;
  /** Opens adapters over one base, which stay open on the thread; the facts of each by its name. */
  openAdapters: Job<
    Named & { readonly adapters: Readonly<Record<string, string>>; readonly config: PredictConfig },
    ModelEvent,
    Readonly<Record<string, ModelFacts>>
  >;
  /** Opens one more adapter over the base that is open on the thread. */
  openAdapter: Job<
    { readonly name: string; readonly folder: string; readonly config: PredictConfig },
    never,
    ModelFacts
  >;
  /** Lets an adapter go that nobody asks any more. */
  forgetAdapter: Job<{ readonly name: string }, never, void>;
  /** Predicts with the model that was opened last, or with one of the opened adapters. */
  predict: Job<
    {
      readonly inputs: readonly PredictionInput[];
      readonly config: PredictConfig;
      readonly adapter?: string | undefined;
    },
    never,
    DocumentPrediction[]
  >;
  /** Reads a request of Label Studio for predictions. */
  readTasks: Job<{ readonly body: Uint8Array; readonly use: EntityUse }, never, PredictReading>;
  /** Reads an event of Label Studio. */
  readWebhook: Job<{ readonly body: Uint8Array }, never, Webhook>;
  /** Reads a request of INCEpTION for suggestions. */
  readCas: Job<{ readonly body: Uint8Array }, never, CasReading>;
  /** Writes the documents of a request of INCEpTION for a training into a folder. */
  writeCasFiles: Job<{ readonly body: Uint8Array; readonly folder: string }, never, TrainingFiles>;
  /** Explains a label of the model that was opened last. */
  explain: Job<
    { readonly input: PredictionInput; readonly pair: ExplainedPair; readonly adapter?: string | undefined },
    never,
    Explanation
  >;
  /** Ends the sessions that `open` began, which print their profiles if RELATA_DEBUG asks for them. */
  release: Job<undefined, never, void>;
}

export type JobName = keyof Jobs;
export type ArgumentsOf<Name extends JobName> = Jobs[Name]["arguments"];
export type EventOf<Name extends JobName> = Jobs[Name]["event"];
export type ResultOf<Name extends JobName> = Jobs[Name]["result"];
