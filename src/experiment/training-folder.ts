import { saveModelFolder, updateModelFolder, type ManifestFacts } from "../model/folder.ts";
import { evaluationJson } from "../evaluation/evaluation-json.ts";
import type { Evaluation, ScoredAnswers } from "../evaluation/evaluation.ts";
import { figuresName } from "../model/file-names.ts";
import type { LabelledExample } from "../evaluation/mistakes.ts";
import type { PartFacts, ScoredPart } from "../evaluation/scored-part.ts";
import type { Scores } from "../evaluation/scores.ts";
import { endToEndOf, type EndToEnd } from "../model/end-to-end.ts";
import { mapped } from "../generators.ts";
import { formatModelConfig } from "../model/config-file.ts";
import type { EncodedParts } from "../model/tasks/encode-parts.ts";
import { adapterTensors } from "../model/adapters/start-adapter.ts";
import { manifestFacts } from "../model/tasks/manifest-facts.ts";
import type { LearningData } from "../model/tasks/learning-data.ts";
import type { Learned, Task } from "../model/tasks/task.ts";
import type { SettingSource } from "../settings.ts";
import { restoreWeights } from "../model/restore-weights.ts";
import { scoredParts } from "../model/scored-parts.ts";
import type { PredictionOptions, Scorer } from "../model/scorer.ts";
import type { Progress, TrainingEvent } from "../training/loop.ts";
import { uninterrupted } from "../uninterrupted.ts";
import { MetricsLog } from "../model/metrics-log.ts";
import { figuresOf, type ScoredStep } from "./figures.ts";
import { runDocuments, type RunHistory } from "./run-documents.ts";
import type { Start } from "../model/start.ts";
import {
  StoppedBeforeFirstStep,
  summary,
  type CheckpointScores,
  type DataEvent,
  type StartingConfig,
  type TrainEvent,
} from "./train-events.ts";

/** All that a run knows before its first step. */
export interface TrainingRun extends EncodedParts {
  readonly task: Task;
  readonly data: LearningData;
  readonly model: Start;
  readonly settings: StartingConfig & { readonly batchSize: number };
  readonly event: DataEvent;
  readonly sources: Readonly<Record<string, SettingSource>> | undefined;
  /** When it began, as `performance.now` counts. */
  readonly started: number;
}

/** A run that came to its end, or was stopped after its first step. */
export interface FinishedTraining {
  readonly folder: string;
  /** The step whose weights were kept. */
  readonly bestStep: number;
  readonly steps: number;
  readonly reason: "finished" | "patience" | "stopped";
  /** The figures of `parts.part`. */
  readonly evaluation: Evaluation;
  readonly parts: PartFacts;
  /** Entities and relations found in the bare held-out texts, by a model that finds both. */
  readonly endToEnd?: EndToEnd | undefined;
}

type Done = Extract<TrainEvent, { type: "done" }>;

/** The output folder of a training run: its log, its best weights, and at the end its report and model card. */
export class TrainingFolder {
  readonly #run: TrainingRun;
  readonly #log: MetricsLog;
  readonly #history: RunHistory = { losses: [], evaluations: [] };
  #last: ScoredStep | undefined;
  #best: (ScoredStep & { readonly step: number }) | undefined;
  #done: Done | undefined;
  #testLogits: readonly Float32Array[] | undefined;

  constructor(run: TrainingRun) {
    this.#run = run;
    this.#log = new MetricsLog(run.settings.output);
  }

  /** Scores the logits of the weights of now. */
  see(logits: readonly Float32Array[]): ScoredAnswers<LabelledExample> {
    const { task, validation, data } = this.#run;
    const scored = task.score(validation, logits, data.validation.learned);
    this.#last = { logits, scored };
    return scored;
  }

  /** Writes an event into the log, and the weights into the folder if they are the best so far; passes the event on. */
  async *keep(event: TrainingEvent<CheckpointScores>): AsyncGenerator<TrainEvent> {
    yield event;
    if (event.type === "evaluating") return;
    const seconds = Number(((performance.now() - this.#run.started) / 1000).toFixed(3));
    const entry = event.type === "evaluation" ? { ...event, result: summary(event.result.scores) } : event;
    this.#log.add({ ...entry, seconds });
    if (event.type === "step") this.#history.losses.push({ step: event.step, value: event.loss });
    if (event.type === "done") this.#done = event;
    if (event.type !== "evaluation") return;
    this.#history.evaluations.push(event);
    if (event.isBest) {
      await uninterrupted(() => this.#save(event.step, event.result.scores));
      this.#best = { step: event.step, ...this.#last! };
      yield { type: "saved", folder: this.#run.settings.output, step: event.step };
    }
    await this.#log.flush();
  }

  /** Scores the test part with the weights that were kept, unless the run was stopped before. */
  async *scoreTest(scorer: Scorer, options: PredictionOptions): AsyncGenerator<TrainEvent> {
    const { test, model, settings } = this.#run;
    const [best, done] = [this.#best, this.#done];
    if (!test || !best || !done || done.reason === "stopped") return;
    if (best.step !== done.step) await restoreWeights(settings.output, model);
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
    const { task, data, model, settings, event, sources } = this.#run;
    const { learned, evaluation, scores, parts, tuned } = figuresOf(this.#run, best, this.#testLogits);
    const facts = this.#facts(best.step, scores, learned, parts.part);
    const manifest = tuned === undefined ? facts : { ...facts, protocol: `${facts.protocol}; ${tuned}` };
    const history = this.#history;
    const losses = event.lengths;
    const { output, threads } = settings;
    // The best weights are those of the folder, which need not be those in memory.
    const endToEnd = task.parts && (await endToEndOf(output, data[parts.part]!.documents, { threads }));
    const run = { task, learned, config: settings, data, model, evaluation, endToEnd, parts, history, losses };
    const figures = { version: 1, step: best.step, parts, ...evaluationJson(evaluation), endToEnd };
    const documents = runDocuments({ ...run, facts: manifest, sources });
    const files = { ...documents, [figuresName]: `${JSON.stringify(figures, null, 2)}\n` };
    await uninterrupted(() => updateModelFolder(output, { files, manifest }));
    const { step: bestStep } = best;
    return { folder: output, bestStep, steps: done.step, reason: done.reason, evaluation, endToEnd, parts };
  }

  async #save(step: number, scores: Scores): Promise<void> {
    const { model, data, settings } = this.#run;
    const weights = model.adapter ? adapterTensors(model) : model.weights;
    if (this.#best) {
      await updateModelFolder(settings.output, { weights, manifest: { step, scores: { ...scores } } });
      return;
    }
    const { id2label, multiLabel: isMultiLabel } = data.learned;
    const files = {
      ...model.adapter?.files,
      ...model.tokenizer.files(model.head.name),
      "config.json": formatModelConfig(model, { head: model.head.name, id2label, isMultiLabel }),
    };
    await saveModelFolder(
      settings.output,
      { files, weights, manifest: this.#facts(step, scores, data.learned, "validation") },
      settings,
    );
  }

  #facts(step: number, scores: Scores, learned: Learned, part: ScoredPart): ManifestFacts {
    const facts = manifestFacts(this.#run, { step, scores, learned, part });
    const { adapter } = this.#run.model;
    return adapter ? { ...facts, adapter: adapter.reference } : facts;
  }
}
