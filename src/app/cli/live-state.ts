import { pairUnit, type TrainEvent } from "../../index.ts";
import type { LiveRun } from "../../report/live-page.ts";
import { curveScoresOf } from "../../report/run-history.ts";
import { duration, Pace } from "./status-line.ts";

type DataOfRun = Extract<TrainEvent, { type: "data" }>;

/** Steps whose losses are kept; of more, each second one is dropped, again and again: a line shows no more. */
const mostLosses = 4000;

/** Gathers the events of a run into the state that its page shows. */
export class LiveState {
  readonly #title: string;
  readonly #pace = new Pace();
  #phase = "Reading the data";
  #share: number | undefined;
  #data: DataOfRun | undefined;
  #losses: { step: number; value: number }[] = [];
  readonly #skipped: number[] = [];
  #stride = 1;
  readonly #evaluations: LiveRun["evaluations"][number][] = [];
  #lastScores: LiveRun["lastScores"];

  constructor(title: string) {
    this.#title = title;
  }

  see(event: TrainEvent): void {
    if (event.type === "data") {
      this.#data = event;
      this.#phase = "Preparing the model";
    } else if (event.type === "resumed") {
      this.#pace.begin(event.step);
      this.#restore(event);
    } else if (event.type === "step") {
      this.#atStep(event);
      this.#addLoss(event.step, event.loss);
    } else if (event.type === "overflow") {
      this.#atStep(event);
      this.#skipped.push(event.step);
    } else if (event.type === "evaluating") {
      this.#phase = `Step ${event.step}: checking on the validation part, ${event.done} of ${event.total}`;
    } else if (event.type === "evaluation") {
      const { step, result, isKept } = event;
      this.#evaluations.push({ step, scores: curveScoresOf(result.scores), isKept });
      this.#lastScores = { step, scores: result.scores };
    } else if (event.type === "testing") {
      this.#at(`Scoring the test part, ${event.done} of ${event.total}`, event.done / event.total);
    } else if (event.type === "done") {
      this.#phase = "Writing the report";
    }
  }

  get now(): LiveRun {
    const data = this.#data;
    return {
      title: this.#title,
      phase: this.#phase,
      share: this.#share,
      unit: data?.unit ?? pairUnit,
      data,
      notices: data ? [...data.notices, ...data.lengths.map((message) => ({ message }))] : [],
      losses: this.#losses,
      skippedSteps: this.#skipped,
      evaluations: this.#evaluations,
      lastScores: this.#lastScores,
    };
  }

  /** Takes up the curves of a run that goes on. */
  #restore({ history, keptStep }: Extract<TrainEvent, { type: "resumed" }>): void {
    for (const { step, value } of history.losses) this.#addLoss(step, value);
    this.#skipped.push(...history.skipped);
    for (const { step, result } of history.evaluations)
      this.#evaluations.push({ step, scores: result.scores, isKept: step === keptStep });
  }

  #addLoss(step: number, value: number): void {
    if (step % this.#stride === 0) this.#losses.push({ step, value });
    if (this.#losses.length <= mostLosses) return;
    this.#stride *= 2;
    this.#losses = this.#losses.filter((point) => point.step % this.#stride === 0);
  }

  #atStep({ step, totalSteps }: { readonly step: number; readonly totalSteps: number }): void {
    const { secondsLeft } = this.#pace.at(step, totalSteps);
    this.#at(`Step ${step} of ${totalSteps}, ${duration(secondsLeft)} left`, step / totalSteps);
  }

  #at(phase: string, share: number): void {
    this.#phase = phase;
    this.#share = share;
  }
}
