import type { RepeatEvent, Run, TrainEvent } from "../../index.ts";
import { plural } from "../../report/words.ts";
import { dataLines } from "./data-lines.ts";
import { queueSentence } from "./render-queue.ts";
import { renderNotices } from "./render-training.ts";
import { duration, elapsed, type StatusLine } from "./status-line.ts";
import { follow, show, working } from "./work.ts";

/** How a job that trains several times, with a ledger of what is finished, is shown. */
interface RunsPlan<Event, Result> {
  /** The things that the ledger keeps, such as `runs`. */
  readonly finished: string;
  readonly json: boolean;
  readonly show: (event: Event, view: RunsView) => void;
  /** The result as text for people, at most so wide. */
  readonly render: (result: Result, width: number) => string;
  /** Lines after the result: where everything is. */
  readonly last: (result: Result) => readonly string[];
}

/** Follows such a job to its end. A signal stops it after the current step, and the ledger keeps what is finished. */
export async function followRuns<Event, Result extends { readonly seconds: number }>(
  job: Run<Event, Result>,
  plan: RunsPlan<Event, Result>,
): Promise<void> {
  const interrupted = {
    outcome: () => `Stopping after this step; finished ${plan.finished} are in the ledger.`,
    stop() {
      job.stop();
      return true;
    },
  };
  await working(interrupted, async (line) => {
    const view = new RunsView(line);
    const result = await follow(job, (event) => plan.show(event, view));
    line.print();
    if (plan.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else show(plan.render(result, process.stdout.columns || 100));
    line.print();
    const [first, ...others] = plan.last(result);
    line.print(`${elapsed(result.seconds)} in all. ${first}`);
    for (const other of others) line.print(other);
  });
}

/** Prints a line for each finished run, and keeps a live line for the current one. */
export class RunsView {
  readonly line: StatusLine;
  readonly #started = performance.now();
  #left = 1;
  #done = 0;
  #runs = 0;
  #current = { name: "", number: 0, share: 1 };
  #isTold = false;

  constructor(line: StatusLine) {
    this.line = line;
  }

  /**
   * Tells how many runs there are.
   * @param left the work that is left, in whole runs
   */
  plan(runs: number, left: number): void {
    this.#runs = runs;
    this.#left = left;
  }

  /** @param share the part of a whole run that this one is */
  begin(name: string, number: number, share = 1): void {
    this.#current = { name, number, share };
  }

  finished(outcome: string): void {
    this.#done += this.#current.share;
    this.line.print(`${this.#current.name}: ${outcome}`);
  }

  /** Prints the data of the first run, which stands for all: their parts are as large, and what is left out is left out of each. */
  data(event: TrainEvent): void {
    if (event.type !== "data" || this.#isTold) return;
    this.#isTold = true;
    for (const sentence of dataLines(event)) this.line.print(sentence);
    renderNotices(event.notices, event.lengths, this.line);
  }

  /** Shows an event of a run that this process trains. */
  train(event: TrainEvent): void {
    this.data(event);
    this.step(event);
  }

  /** Shows how far the workers of a queue are. */
  shared(event: Extract<RepeatEvent, { readonly type: "queued" | "waiting" | "silent" | "answering" }>): void {
    if (event.type === "silent" || event.type === "answering") this.line.print(queueSentence(event));
    else if (event.type === "queued")
      this.line.print(`${plural(event.runs, "run")} for the workers of the queue (relata worker --queue …)`);
    else this.line.update([this.line.bar(event.done / event.total), `${event.done}/${event.total} trained by workers`]);
  }

  step(event: TrainEvent): void {
    if (event.type !== "step") return;
    const { step, totalSteps } = event;
    const { name, number, share } = this.#current;
    const done = (this.#done + (share * step) / totalSteps) / this.#left;
    const spent = (performance.now() - this.#started) / 1000;
    this.line.update([
      this.line.bar(done),
      `run ${number}/${this.#runs}: ${name}`,
      `step ${step}/${totalSteps}`,
      `some ${duration((spent / done) * (1 - done))} left`,
    ]);
  }
}
