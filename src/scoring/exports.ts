/** The exports of bulk scoring beside its jobs: types of events and results, and the schemas of settings. */
export type { CommitEvent } from "./commit.ts";
export type { ScoringEstimate } from "./dry-run.ts";
export type { ScorePlanEvent, ScorePlanResult } from "./plan.ts";
export type { ScoreWorkerEvent, ScoreWorkerResult } from "./queue/work.ts";
export type { ScoreRunEvent, ScoreRunResult } from "./run.ts";
export {
  scoreCommitConfig,
  scorePlanConfig,
  scoreRunConfig,
  scoreWorkerConfig,
  type ScoreCommitOptions,
  type ScorePlanOptions,
  type ScoreRunOptions,
  type ScoreWorkerOptions,
} from "./settings.ts";
export type { ScoringStatus } from "./status.ts";
export type { Success as ScoreCommitResult } from "./success.ts";
