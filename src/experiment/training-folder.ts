import { updateModelFolder } from "../model/folder.ts";
import type { OutputFolder } from "../model/output-folder.ts";
import { evaluationJson } from "../evaluation/evaluation-json.ts";
import { figuresName } from "../model/file-names.ts";
import type { ScoredAnswers } from "../evaluation/evaluation.ts";
import type { LabelledExample } from "../evaluation/mistakes.ts";
import { greaterIsBetter } from "../evaluation/scores.ts";
import { endToEndOf } from "../model/end-to-end.ts";
import { mapped } from "../generators.ts";
import type { EncodedParts } from "../model/tasks/encode-parts.ts";
import { restoreWeights } from "../model/restore-weights.ts";
import { scoredParts } from "../model/scored-parts.ts";
import type { PredictionOptions, Scorer } from "../model/scorer.ts";
import { sourcesOf, type LearningData } from "../model/tasks/learning-data.ts";
import type { Task } from "../model/tasks/task.ts";
import { BestWeights } from "../model/best-weights.ts";
import { RunCheckpoints } from "../model/checkpoints/run-checkpoints.ts";
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
  StoppedBeforeFirstStep,
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
  #testLogits: readonly Float32Array[] | undefined;

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
    yield { type: "resumed", folder: output.checkpoint!.path, step, notes };
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
      const best = this.#best && this.#model.weightsFile && { ...this.#best, ...this.#model.weightsFile };
      yield* this.#checkpoints.keep(event, { log: this.#log, best, seconds: this.#seconds });
      return;
    }
    yield event;
    if (event.type === "evaluating") return;
    const entry = event.type === "evaluation" ? { ...event, result: summary(event.result.scores) } : event;
    this.#log.add({ ...entry, seconds: this.#seconds });
    if (event.type === "step") this.#history.losses.push({ step: event.step, value: event.loss });
    if (event.type === "overflow") this.#history.skipped.push(event.step);
    if (event.type === "done") this.#done = event;
    if (event.type !== "evaluation") return;
    this.#history.evaluations.push(event);
    this.#values.push(event.result.value);
    const { output } = this.#run;
    await output.begin();
    if (event.isBest) {
      await uninterrupted(() => this.#model.save(event.step, event.result.scores));
      this.#best = { step: event.step, ...this.#last! };
      yield { type: "saved", folder: output.work, step: event.step };
    }
    await this.#log.flush();
  }

  /** Scores the test part with the weights that were kept, unless the run was stopped before. */
  async *scoreTest(scorer: Scorer, options: PredictionOptions): AsyncGenerator<TrainEvent> {
    const { output, test, model } = this.#run;
    const [best, done] = [this.#best, this.#done];
    if (!test || !best || !done || done.reason === "stopped") return;
    if (best.step !== done.step) await restoreWeights(output.work, model);
    const scoring = scoredParts(test, scorer, options);
    const total = (progress: Progress): TrainEvent => ({ type: "testing", ...progress });
    this.#testLogits = yield* mapped(scoring, total);
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  /** Writes report and model card. @throws StoppedBeforeFirstStep if there is no model to write them for */
  async finish(): Promise<FinishedTraining> {
    const [best, done] = [this.#best, this.#done];
    if (!best || !done) throw new StoppedBeforeFirstStep();
    const { output, task, data, model, settings, event, begun } = this.#run;
    const { learned, evaluation, scores, parts, tuned } = figuresOf(this.#run, best, this.#testLogits);
    const facts = this.#model.facts(best.step, scores, learned, parts.part);
    const manifest = withTuned(facts, tuned);
    const [history, sources] = [this.#history, begun.sources];
    // The best weights are those of the folder, which need not be those in memory.
    const { threads } = settings;
    const endToEnd = task.parts && (await endToEndOf(output.work, data[parts.part]!.documents, { threads }));
    const run = { task, learned, config: settings, data, model, evaluation, endToEnd, parts, history, event };
    const figures = { version: 1, step: best.step, parts, ...evaluationJson(evaluation), endToEnd };
    const documents = runDocuments({ ...run, facts: manifest, sources });
    const files = { ...documents, [figuresName]: `${JSON.stringify(figures, null, 2)}\n` };
    await uninterrupted(() => updateModelFolder(output.work, { files, manifest }));
    const isStopped = done.reason === "stopped";
    if (!isStopped) await uninterrupted(() => this.#checkpoints.end().then(() => output.replace()));
    // A run that was stopped has not earned the place of a former model.
    const folder = isStopped ? output.work : output.folder;
    const [steps, reason, seconds] = [done.step, done.reason, this.#seconds];
    const stillImproving = reason === "finished" && isStillImproving(this.#values, !greaterIsBetter(settings.metric));
    return { folder, bestStep: best.step, steps, reason, stillImproving, evaluation, endToEnd, parts, seconds };
  }

  get #seconds(): number {
    return Number((this.#secondsBefore + (performance.now() - this.#run.started) / 1000).toFixed(3));
  }
}
