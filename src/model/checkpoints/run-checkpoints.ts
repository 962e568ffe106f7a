import { join } from "node:path";
import { UserError } from "../../errors.ts";
import type { FileDigest } from "../../files/file-digest.ts";
import type { ParameterSpec, Weights } from "../../nn/parameters.ts";
import type { OptimizerState } from "../../training/optimizer.ts";
import type { Boundary, LoopState, TrainingState } from "../../training/state.ts";
import { uninterrupted } from "../../uninterrupted.ts";
import { metricsName } from "../file-names.ts";
import type { MetricsLog } from "../metrics-log.ts";
import type { OutputFolder } from "../output-folder.ts";
import { readText } from "../read-file.ts";
import { driftNotes, requireSameBasis } from "./basis.ts";
import { bestWeightsName, checkpointName } from "./files.ts";
import { checkpointSteps } from "./find.ts";
import { CheckpointPolicy } from "./policy.ts";
import { removeCheckpoints } from "./remove.ts";
import { readBest, restoreTraining } from "./restore.ts";
import { usualLimit, type CheckpointSettings } from "./settings.ts";
import { formatTrainerState, type Basis, type TrainerFacts } from "./trainer-state.ts";
import { writeCheckpoint } from "./write.ts";

/** A run whose state is kept. */
export interface KeptRun {
  readonly output: OutputFolder;
  readonly settings: CheckpointSettings & TrainerFacts["settings"];
  /** Computes what must be the same when the run is resumed; digests of large frozen weights take a second. */
  readonly basis: () => Basis;
  readonly parameters: readonly ParameterSpec[];
  readonly weights: Weights;
  /** The number of processes that train. */
  readonly ranks: number;
}

/** The best weights so far, as the run's folder has them. */
export interface BestInFolder {
  readonly step: number;
  readonly file: string;
  readonly digest: FileDigest;
  readonly logits: readonly Float32Array[];
}

/** The rest of what a checkpoint holds. */
export interface Kept {
  readonly log: MetricsLog;
  readonly best: BestInFolder | undefined;
  readonly seconds: number;
}

/** A checkpoint that is complete, or why it could not be written; training goes on without it. */
export interface CheckpointEvent {
  readonly type: "checkpoint";
  readonly step: number;
  readonly folder: string;
  readonly failure?: string;
}

/** All that a run had at its checkpoint. */
export interface Restored {
  readonly training: TrainingState;
  readonly best: Awaited<ReturnType<typeof readBest>>;
  /** The digest of the file of the best weights. */
  readonly bestDigest: FileDigest | undefined;
  /** The text of metrics.jsonl. */
  readonly metrics: string;
  readonly seconds: number;
  /** Sentences on what is not as it was. */
  readonly notes: readonly string[];
}

const maxMetricsBytes = 2 ** 29;

/** Writes the checkpoints of a run, and restores the run from the one that its output folder was opened with. */
export class RunCheckpoints {
  readonly #run: KeptRun;
  readonly #policy: CheckpointPolicy;
  #basis: Basis | undefined;
  #last: Pick<TrainingState["loop"], "step" | "lastEvaluation"> | undefined;
  /** The step of the checkpoint that says that all steps are done. */
  #trained: number | undefined;

  constructor(run: KeptRun) {
    this.#run = run;
    this.#policy = new CheckpointPolicy(run.settings);
  }

  /**
   * Restores weights and state.
   * @throws UsageError if data or model are no longer those of the run
   */
  async restore(lowerIsBetter: boolean): Promise<Restored | undefined> {
    const { output, settings, parameters, weights, ranks } = this.#run;
    const { checkpoint } = output;
    if (!checkpoint) return undefined;
    const basis = (this.#basis ??= this.#run.basis());
    const { relata } = checkpoint.state;
    requireSameBasis(relata.basis, basis, checkpoint.path);
    const training = await restoreTraining(checkpoint, parameters, weights, lowerIsBetter);
    this.#last = training.loop;
    if (relata.isTrained) this.#trained = checkpoint.step;
    return {
      training,
      best: await readBest(checkpoint),
      bestDigest: checkpoint.files[bestWeightsName],
      metrics: await readText(join(checkpoint.path, metricsName), maxMetricsBytes),
      seconds: relata.seconds,
      notes: driftNotes(
        { ...relata.basis, threads: relata.threads, ranks: relata.ranks ?? 1 },
        { ...basis, threads: settings.threads, ranks },
      ),
    };
  }

  /** Whether the newest checkpoint is of this step. */
  has(step: number): boolean {
    return this.#last?.step === step;
  }

  /** Writes a checkpoint if one is due. One that cannot be written does not end a run that could go on. */
  async *keep(boundary: Boundary, kept: Kept): AsyncGenerator<CheckpointEvent> {
    const { step } = boundary;
    if (step === 0 || !this.#policy.isDue(boundary) || this.#isKept(boundary)) return;
    const { loop, optimizer } = await boundary.state();
    const start = performance.now();
    const event = await this.#write(boundary, loop, kept, optimizer);
    if (event.failure === undefined) await this.#prune(step);
    this.#policy.wrote(start);
    yield event;
  }

  /**
   * Writes a checkpoint that says that all steps are done, so that a run that ends before it has its figures goes on from here. It
   * is small: the best weights are a second name of their file.
   */
  async *keepTrained(boundary: Boundary, kept: Kept): AsyncGenerator<CheckpointEvent> {
    if (this.#isKept(boundary)) return;
    const event = await this.#write(boundary, boundary.loop(), kept);
    if (event.failure === undefined) this.#trained = boundary.step;
    yield event;
  }

  /** Removes the checkpoints of a run that has ended, unless the user wants some. */
  async end(): Promise<void> {
    const isUnwanted = (step: number): boolean =>
      this.#run.settings.saveTotalLimit === undefined || step === this.#trained;
    await removeCheckpoints(this.#run.output.work, isUnwanted);
  }

  #isKept(boundary: Boundary): boolean {
    return this.#last?.step === boundary.step && this.#last.lastEvaluation === boundary.loop().lastEvaluation;
  }

  /** @param optimizer not given once all steps are done */
  async #write(
    { step, totalSteps, stepsPerEpoch }: Boundary,
    loop: LoopState,
    { log, best, seconds }: Kept,
    optimizer?: OptimizerState,
  ): Promise<CheckpointEvent> {
    const { output, settings, weights, parameters, ranks } = this.#run;
    const basis = (this.#basis ??= this.#run.basis());
    await output.begin();
    await log.flush();
    const run = { basis, seconds, totalSteps, stepsPerEpoch, ranks, settings };
    const learning = parameters.filter(({ trainable }) => trainable !== false);
    const isWhole = learning.length === weights.size;
    const parts = {
      step,
      state: formatTrainerState({ ...run, loop, isTrained: !optimizer, optimizerStep: optimizer?.step ?? step }),
      current: optimizer && {
        weights: learning.map(({ name }) => [name, weights.get(name)!] as const),
        optimizer,
      },
      best: best && { ...best, isCurrent: best.step === step && isWhole },
    };
    try {
      const folder = await uninterrupted(() => writeCheckpoint(output.work, parts));
      this.#last = loop;
      return { type: "checkpoint", step, folder };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { type: "checkpoint", step, folder: join(output.work, checkpointName(step)), failure: error.message };
    }
  }

  /** Keeps the newest ones; what is newer than the step was found to be damaged. */
  async #prune(step: number): Promise<void> {
    const { output, settings } = this.#run;
    const limit = settings.saveTotalLimit ?? usualLimit;
    const kept = new Set((await checkpointSteps(output.work)).filter((one) => one <= step).slice(0, limit));
    await removeCheckpoints(output.work, (one) => !kept.has(one));
  }
}
