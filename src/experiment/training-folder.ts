import { Interrupted } from "../errors.ts";
import { updateModelFolder } from "../model/folder.ts";
import type { OutputFolder } from "../model/output-folder.ts";
import { evaluationJson } from "../evaluation/evaluation-json.ts";
import { figuresName } from "../model/file-names.ts";
import type { ScoredAnswers } from "../evaluation/evaluation.ts";
import type { LabelledExample } from "../evaluation/mistakes.ts";
import { greaterIsBetter } from "../evaluation/scores.ts";
import { endToEndOf, type EndToEnd } from "../model/end-to-end.ts";
import { mapped } from "../generators.ts";
import type { EncodedParts } from "../model/tasks/encode-parts.ts";
import { restoreWeights } from "../model/restore-weights.ts";
import { scoredParts } from "../model/scored-parts.ts";
import type { PredictionOptions, Scorer } from "../model/scorer.ts";
import { sourcesOf, type LearningData } from "../model/tasks/learning-data.ts";
import type { Task } from "../model/tasks/task.ts";
import { BestWeights } from "../model/best-weights.ts";
import { RunCheckpoints, type Kept } from "../model/checkpoints/run-checkpoints.ts";
import { runBasis, type Begun } from "../model/checkpoints/basis.ts";
import type { Basis } from "../model/checkpoints/trainer-state.ts";
import type { ParameterSpec } from "../nn/parameters.ts";
import type { Progress, TrainingEvent } from "../training/loop.ts";
import { isStillImproving } from "../training/improvement.ts";
import type { Boundary, TrainingState } from "../training/state.ts";
import { uninterrupted } from "../uninterrupted.ts";
import { MetricsLog } from "../model/metrics-log.ts";
import { figuresOf, withTuned, type ScoredStep } from "./figures.ts";
import { historyOf, type RunHistory } from "../report/run-history.ts";
import { runDocuments } from "./run-documents.ts";
import type { Start } from "../model/start.ts";
import {
  StoppedBeforeFirstScore,
  summary,
  type CheckpointScores,
  type DataEvent,
  type FinishedTraining,
  type StartingConfig,
  type TrainEvent,
} from "./train-events.ts";

/** All that a run knows before its first step. */
export interface TrainingRun extends EncodedParts {
  readonly output: OutputFolder;
  readonly task: Task;
  readonly data: LearningData;
  readonly model: Start;
  readonly parameters: readonly ParameterSpec[];
  readonly settings: StartingConfig & { readonly batchSize: number };
  /** The settings as they were given, and the origin of each. */
  readonly begun: Begun;
  readonly event: DataEvent;
  /** When it began, as `performance.now` counts. */
  readonly started: number;
  /** The number of processes that train. */
  readonly ranks: number;
}

type Done = Extract<TrainEvent, { type: "done" }>;

/** The output folder of a training run: its log, its best weights, its checkpoints, and at the end its report and model card. */
export class TrainingFolder {
  readonly #run: TrainingRun;
  readonly #log: MetricsLog;
  readonly #model: BestWeights;
  readonly #checkpoints: RunCheckpoints;
  /** The scores of the evaluations, in their order. */
  readonly #values: number[] = [];
  #history: RunHistory = { losses: [], skipped: [], evaluations: [] };
  #secondsBefore = 0;
  #last: ScoredStep | undefined;
  #best: (ScoredStep & { readonly step: number }) | undefined;
  #done: Done | undefined;
  #boundary: Boundary | undefined;
  #testLogits: readonly Float32Array[] | undefined;
  /** Whether the run goes on after its last step, so that the weights in memory are not those of this step. */
  #wasTrained = false;
  /** Whether the run was stopped after its last step. */
  #isStopped = false;

  constructor(run: TrainingRun) {
    this.#run = run;
    this.#log = new MetricsLog(run.output.work);
    this.#model = new BestWeights(run.output.work, run);
    const basis = (): Basis =>
      runBasis({ ...run, sources: sourcesOf(run.data), files: this.#model.files, weights: run.model.weights });
    this.#checkpoints = new RunCheckpoints({ ...run, basis, weights: run.model.weights });
  }

  /** Restores the run from the checkpoint of its output folder; returns the state of its loop. */
  async *resume(): AsyncGenerator<TrainEvent, TrainingState | undefined> {
    const { output, task, validation, data, settings } = this.#run;
    const restored = await this.#checkpoints.restore(!greaterIsBetter(settings.metric));
    if (!restored) return undefined;
    const { training, best, bestDigest, metrics, notes } = restored;
    const step = training.loop.step;
    if (best) this.#best = { ...best, scored: task.score(validation, best.logits, data.validation.learned) };
    await this.#model.restore(best, () => this.#best!.scored.scores, bestDigest);
    this.#history = historyOf(metrics);
    this.#log.resume(metrics);
    this.#secondsBefore = restored.seconds;
    this.#wasTrained = output.checkpoint!.state.relata.isTrained ?? false;
    yield {
      type: "resumed",
      folder: output.checkpoint!.path,
      step,
      keptStep: best?.step ?? 0,
      notes,
      history: historyOf(metrics),
    };
    return training;
  }

  /** Scores the logits of the weights of now. */
  see(logits: readonly Float32Array[]): ScoredAnswers<LabelledExample> {
    const { task, validation, data } = this.#run;
    const scored = task.score(validation, logits, data.validation.learned);
    this.#last = { logits, scored };
    return scored;
  }

  /** Writes an event into the log, and the weights into the folder if they are the best so far; passes the event on. */
  async *keep(event: TrainingEvent<CheckpointScores> | Boundary): AsyncGenerator<TrainEvent> {
    if (event.type === "boundary") {
      this.#boundary = event;
      yield* this.#checkpoints.keep(event, this.#kept);
      return;
    }
    yield event;
    if (event.type === "evaluating") return;
    if (event.type === "done") this.#done = event;
    // The log of such a run has its end already.
    if (event.type === "done" && this.#wasTrained) return;
    const entry = event.type === "evaluation" ? { ...event, result: summary(event.result.scores) } : event;
    this.#log.add({ ...entry, seconds: this.#seconds });
    if (event.type === "step") this.#history.losses.push({ step: event.step, value: event.loss });
    if (event.type === "overflow") this.#history.skipped.push(event.step);
    if (event.type !== "evaluation") return;
    this.#history.evaluations.push(event);
    this.#values.push(event.result.value);
    const { output } = this.#run;
    await output.begin();
    if (event.isKept) {
      await uninterrupted(() => this.#model.save(event.step, event.result.scores));
      this.#best = { step: event.step, ...this.#last! };
      yield { type: "saved", folder: output.work, step: event.step };
    }
    await this.#log.flush();
  }

  /**
   * Scores the test part with the weights that were kept, unless the run was stopped before. If it is stopped now, the part stays
   * unscored, and the checkpoint of this moment is what a resumed run scores it from.
   */
  async *scoreTest(scorer: Scorer, options: PredictionOptions): AsyncGenerator<TrainEvent> {
    const { output, task, test, model } = this.#run;
    const [best, done] = [this.#best, this.#done];
    if (!best || !done || done.reason === "stopped") return;
    if (test || task.parts) yield* this.#checkpoints.keepTrained(this.#boundary!, this.#kept);
    if (!test) return;
    if (this.#wasTrained || best.step !== done.step) await restoreWeights(output.work, model);
    const scoring = scoredParts(test, scorer, options);
    const total = (progress: Progress): TrainEvent => ({ type: "testing", ...progress });
    try {
      this.#testLogits = yield* mapped(scoring, total);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      this.#isStopped = true;
    }
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  /** Writes report and model card. @throws StoppedBeforeFirstScore if there is no model to write them for */
  async finish(shouldStop?: () => boolean): Promise<FinishedTraining> {
    const [best, done] = [this.#best, this.#done];
    if (!best || !done) {
      const step = this.#boundary?.step ?? 0;
      throw new StoppedBeforeFirstScore(step, this.#checkpoints.has(step));
    }
    const { output, task, data, model, settings, event, begun } = this.#run;
    this.#isStopped ||= done.reason === "stopped";
    // The best weights are those of the folder, which need not be those in memory.
    const endToEnd = await this.#endToEnd(shouldStop);
    const { learned, evaluation, scores, parts, tuned } = figuresOf(this.#run, best, this.#testLogits);
    const facts = this.#model.facts(best.step, scores, learned, parts.part);
    const manifest = withTuned(facts, tuned);
    const [history, sources] = [this.#history, begun.sources];
    const run = { task, learned, config: settings, data, model, evaluation, endToEnd, parts, history, event };
    const figures = { version: 1, step: best.step, parts, ...evaluationJson(evaluation), endToEnd };
    const documents = runDocuments({ ...run, facts: manifest, sources });
    const files = { ...documents, [figuresName]: `${JSON.stringify(figures, null, 2)}\n` };
    await uninterrupted(() => updateModelFolder(output.work, { files, manifest }));
    const isStopped = this.#isStopped;
    if (!isStopped) await uninterrupted(() => this.#checkpoints.end().then(() => output.replace()));
    // A run that was stopped has not earned the place of a former model.
    const folder = isStopped ? output.work : output.folder;
    const [steps, reason, seconds] = [done.step, isStopped ? "stopped" : done.reason, this.#seconds] as const;
    const stillImproving = reason === "finished" && isStillImproving(this.#values, !greaterIsBetter(settings.metric));
    return { folder, keptStep: best.step, steps, reason, stillImproving, evaluation, endToEnd, parts, seconds };
  }

  /** Scores the answers on bare texts; a run that is stopped leaves it to the one that goes on, as it leaves the test part. */
  async #endToEnd(shouldStop?: () => boolean): Promise<EndToEnd | undefined> {
    const { output, task, data, settings } = this.#run;
    if (!task.parts || this.#isStopped) return undefined;
    const { documents } = this.#testLogits ? data.test! : data.validation;
    try {
      return await endToEndOf(output.work, documents, { threads: settings.threads, shouldStop });
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      this.#isStopped = true;
      this.#testLogits = undefined;
      return undefined;
    }
  }

  get #kept(): Kept {
    const best = this.#best && this.#model.weightsFile && { ...this.#best, ...this.#model.weightsFile };
    return { log: this.#log, best, seconds: this.#seconds };
  }

  get #seconds(): number {
    return Number((this.#secondsBefore + (performance.now() - this.#run.started) / 1000).toFixed(3));
  }
}
