import { join } from "node:path";
import { sweep, type SweepEntry, type SweepEvent, type SweepOptions } from "../../index.ts";
import { plural } from "../../report/words.ts";
import { dataLines } from "./data-lines.ts";
import { renderSweep, settingsText } from "./render-sweep.ts";
import { renderNotices } from "./render-training.ts";
import { duration, elapsed, type StatusLine } from "./status-line.ts";
import { follow, show, working } from "./work.ts";

/** Searches over settings, as `relata train` with --sweep. */
export async function runSweep(data: readonly string[], config: SweepOptions, json: boolean): Promise<void> {
  const searching = sweep([...data], config);
  const plan = {
    outcome: () => "Stopping after this step; finished trials are in the ledger.",
    stop() {
      searching.stop();
      return true;
    },
  };
  await working(plan, async (line) => {
    const view = new SweepView(line);
    const result = await follow(searching, (event) => view.show(event));
    line.print();
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else show(renderSweep(result, process.stdout.columns || 100));
    line.print();
    line.print(`${elapsed(result.seconds)} in all. Every figure: ${join(result.folder, "sweep.json")}`);
    line.print(`Best settings, for --config: ${result.config}`);
    line.print(`Model: ${result.model}`);
  });
}

/** Prints a line for each finished run, and keeps a live line for the current one. */
class SweepView {
  readonly #line: StatusLine;
  readonly #started = performance.now();
  /** In parts of a whole run: a short trial is a third or a ninth of one. */
  #total = 0;
  #done = 0;
  #runs = 0;
  #current = "";
  #share = 1;
  #number = 0;
  #isTold = false;

  constructor(line: StatusLine) {
    this.#line = line;
  }

  show(event: SweepEvent): void {
    const line = this.#line;
    if (event.type === "plan") {
      const { trials, rounds, runs, finished } = event;
      this.#runs = runs;
      this.#total = rounds.reduce((sum, round) => sum + round.trials * round.share, 1);
      const steps = rounds.map((round) => `${round.trials} of ${(100 * round.share).toFixed(0)} %`).join(", then ");
      line.print(`${plural(trials, "trial")}: ${steps} of the steps of a whole run, then the model of the best`);
      if (finished > 0) line.print(`${plural(finished, "run")} taken from the ledger`);
    } else if (event.type === "run") {
      const { trial, share, isFinal, settings } = event.run;
      this.#share = share;
      this.#number = event.number;
      this.#current = isFinal ? "the model" : `trial ${trial}`;
      if (!isFinal) line.print(`${this.#current}: ${settingsText(settings)}`);
    } else if (event.type === "finished") {
      this.#done += event.entry.share;
      line.print(`${this.#current}: ${outcomeOf(event.entry)}`);
    } else if (event.event.type === "data") {
      // The first run stands for all: their parts are the same.
      if (this.#isTold) return;
      this.#isTold = true;
      for (const sentence of dataLines(event.event)) line.print(sentence);
      renderNotices(event.event.notices, event.event.lengths, line);
    } else if (event.event.type === "step") {
      const { step, totalSteps } = event.event;
      const done = (this.#done + (this.#share * step) / totalSteps) / this.#total;
      const spent = (performance.now() - this.#started) / 1000;
      line.update([
        line.bar(done),
        `run ${this.#number}/${this.#runs}: ${this.#current}`,
        `step ${step}/${totalSteps}`,
        `some ${duration((spent / done) * (1 - done))} left`,
      ]);
    }
  }
}

function outcomeOf({ score, failure, final, steps, seconds }: SweepEntry): string {
  const took = `(${plural(steps, "step")}, ${elapsed(seconds)})`;
  if (score === null) return `failed ${took}: ${failure}`;
  const test = final?.part === "test" ? `; ${final.value.toFixed(4)} on the test part` : "";
  return `${score.toFixed(4)} on the validation part${test}  ${took}`;
}
