import { join } from "node:path";
import { UserError } from "../../errors.ts";
import type { FileDigest } from "../../files/file-digest.ts";
import type { ParameterSpec, Weights } from "../../nn/parameters.ts";
import type { Boundary, TrainingState } from "../../training/state.ts";
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

  /** Writes a checkpoint if one is due. One that cannot be written does not end a run that could go on. */
  async *keep(
    boundary: Boundary,
    {
      log,
      best,
      seconds,
    }: { readonly log: MetricsLog; readonly best: BestInFolder | undefined; readonly seconds: number },
  ): AsyncGenerator<CheckpointEvent> {
    const { step, totalSteps, stepsPerEpoch } = boundary;
    if (step === 0 || !this.#policy.isDue(boundary)) return;
    const { loop, optimizer } = await boundary.state();
    if (this.#last?.step === step && this.#last.lastEvaluation === loop.lastEvaluation) return;
    const { output, settings, weights, parameters, ranks } = this.#run;
    const basis = (this.#basis ??= this.#run.basis());
    const start = performance.now();
    await output.begin();
    await log.flush();
    const facts = { loop, optimizerStep: optimizer.step, basis, seconds, totalSteps, stepsPerEpoch, ranks, settings };
    const learning = parameters.filter(({ trainable }) => trainable !== false);
    const isWhole = learning.length === weights.size;
    const parts = {
      step,
      state: formatTrainerState(facts),
      weights: learning.map(({ name }) => [name, weights.get(name)!] as const),
      optimizer,
      best: best && { ...best, isCurrent: best.step === step && isWhole },
    };
    try {
      const folder = await uninterrupted(() => writeCheckpoint(output.work, parts));
      this.#last = loop;
      await this.#prune(step);
      this.#policy.wrote(start);
      yield { type: "checkpoint", step, folder };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#policy.wrote(start);
      yield { type: "checkpoint", step, folder: join(output.work, checkpointName(step)), failure: error.message };
    }
  }

  /** Removes the checkpoints of a run that has ended, unless the user wants some. */
  async end(): Promise<void> {
    if (this.#run.settings.saveTotalLimit === undefined) await removeCheckpoints(this.#run.output.work, () => true);
  }

  /** Keeps the newest ones; what is newer than the step was found to be damaged. */
  async #prune(step: number): Promise<void> {
    const { output, settings } = this.#run;
    const limit = settings.saveTotalLimit ?? usualLimit;
    const kept = new Set((await checkpointSteps(output.work)).filter((one) => one <= step).slice(0, limit));
    await removeCheckpoints(output.work, (one) => !kept.has(one));
  }
}
