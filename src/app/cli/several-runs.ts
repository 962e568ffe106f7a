import { join } from "node:path";
import { repeat, type RepeatEntry, type RepeatEvent, type RepeatOptions } from "../../index.ts";
import { plural } from "../../report/words.ts";
import { dataLines } from "./data-lines.ts";
import { renderRepeats } from "./render-repeats.ts";
import { renderNotices } from "./render-training.ts";
import { duration, elapsed, type StatusLine } from "./status-line.ts";
import { follow, show, working } from "./work.ts";

/** Trains once for each fold and seed, as `relata train` with --folds or --seeds. */
export async function runSeveral(data: readonly string[], config: RepeatOptions, json: boolean): Promise<void> {
  const training = repeat([...data], config);
  const plan = {
    outcome: () => "Stopping after this step; finished runs are in the ledger.",
    stop() {
      training.stop();
      return true;
    },
  };
  await working(plan, async (line) => {
    const view = new SeveralView(line);
    const result = await follow(training, (event) => view.show(event));
    line.print();
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else show(renderRepeats(result, process.stdout.columns || 100));
    line.print();
    line.print(`${elapsed(result.seconds)} in all. Every figure: ${join(result.folder, "runs.json")}`);
    line.print(`Model: ${result.model}`);
  });
}

/** The name of a run in a sentence. */
const nameOf = ({ fold, seed, isFinal }: Pick<RepeatEntry, "fold" | "seed" | "isFinal">): string =>
  isFinal ? "the model" : [...(fold === undefined ? [] : [`fold ${fold}`]), `seed ${seed}`].join(", ");

/** Prints a line for each finished run, and keeps a live line for the current run. */
class SeveralView {
  readonly #line: StatusLine;
  readonly #started = performance.now();
  #runs = 0;
  #left = 0;
  #done = 0;
  #current = "";
  #isTold = false;

  constructor(line: StatusLine) {
    this.#line = line;
  }

  show(event: RepeatEvent): void {
    const line = this.#line;
    if (event.type === "plan") {
      const { folds, seeds, runs, finished } = event;
      this.#runs = runs;
      this.#left = runs - finished;
      const what =
        folds === null
          ? plural(seeds.length, "seed")
          : `${plural(folds, "fold")}, ${plural(seeds.length, "seed")} each, and one model on all documents`;
      line.print(`${what}: ${plural(runs, "run")}`);
      if (finished > 0) line.print(`${plural(finished, "run")} of them taken from the ledger`);
    } else if (event.type === "run") {
      this.#current = nameOf(event.run);
    } else if (event.type === "finished") {
      this.#done++;
      const { scores, part, steps, seconds } = event.entry;
      const score = scores.macro_f1 === undefined ? "" : `macro F1 ${scores.macro_f1.toFixed(3)} on its ${part} part `;
      line.print(`${this.#current}: ${score} (${plural(steps, "step")}, ${elapsed(seconds)})`);
    } else if (event.event.type === "data") {
      // The first run stands for all: the parts are as large, and what is left out is left out of each.
      if (this.#isTold) return;
      this.#isTold = true;
      for (const sentence of dataLines(event.event)) line.print(sentence);
      renderNotices(event.event.notices, event.event.lengths, line);
    } else if (event.event.type === "step") {
      const { step, totalSteps } = event.event;
      const share = (this.#done + step / totalSteps) / this.#left;
      const spent = (performance.now() - this.#started) / 1000;
      line.update([
        line.bar(share),
        `run ${this.#runs - this.#left + this.#done + 1}/${this.#runs}: ${this.#current}`,
        `step ${step}/${totalSteps}`,
        `some ${duration((spent / share) * (1 - share))} left`,
      ]);
    }
  }
}
