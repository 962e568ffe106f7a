import { join } from "node:path";
import { sweep, type SweepEntry, type SweepEvent, type SweepOptions } from "../../index.ts";
import { plural } from "../../report/words.ts";
import { renderSweep, settingsText } from "./render-sweep.ts";
import { followRuns, type RunsView } from "./runs-view.ts";
import { elapsed } from "./status-line.ts";

/** Searches over settings, as `relata train` with --sweep. */
export const runSweep = (data: readonly string[], config: SweepOptions, json: boolean): Promise<void> =>
  followRuns(sweep([...data], config), {
    finished: "trials",
    json,
    show,
    render: renderSweep,
    last: ({ folder, config: best, model }) => [
      `Every figure: ${join(folder, "sweep.json")}`,
      `Best settings, for --config: ${best}`,
      `Model: ${model}`,
    ],
  });

function show(event: SweepEvent, view: RunsView): void {
  if (event.type === "plan") {
    const { trials, rounds, runs, finished } = event;
    // A short trial is a third or a ninth of a run.
    view.plan(
      runs,
      rounds.reduce((sum, round) => sum + round.trials * round.share, 1),
    );
    const steps = rounds.map((round) => `${round.trials} of ${(100 * round.share).toFixed(0)} %`).join(", then ");
    view.line.print(`${plural(trials, "trial")}: ${steps} of the steps of a whole run, then the model of the best`);
    if (finished > 0) view.line.print(`${plural(finished, "run")} taken from the ledger`);
  } else if (event.type === "run") {
    const { trial, share, isFinal, settings } = event.run;
    const name = isFinal ? "the model" : `trial ${trial}`;
    view.begin(name, event.number, share);
    if (!isFinal) view.line.print(`${name}: ${settingsText(settings)}`);
  } else if (event.type === "finished") view.finished(outcomeOf(event.entry));
  else if (event.type === "train") view.train(event.event);
  else view.shared(event);
}

function outcomeOf({ score, failure, final, steps, seconds }: SweepEntry): string {
  const took = `(${plural(steps, "step")}, ${elapsed(seconds)})`;
  if (score === null) return `failed ${took}: ${failure}`;
  const test = final?.part === "test" ? `; ${final.value.toFixed(4)} on the test part` : "";
  return `${score.toFixed(4)} on the validation part${test}  ${took}`;
}
