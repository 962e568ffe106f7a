import { join } from "node:path";
import { repeat, type RepeatEntry, type RepeatEvent, type RepeatOptions } from "../../index.ts";
import { plural } from "../../report/words.ts";
import { renderRepeats } from "./render-repeats.ts";
import { followRuns, type RunsView } from "./runs-view.ts";
import { elapsed } from "./status-line.ts";

/** Trains once for each fold and seed, as `relata train` with --folds or --seeds. */
export async function runSeveral(data: readonly string[], config: RepeatOptions, json: boolean): Promise<void> {
  let begun = 0;
  await followRuns(repeat([...data], config), {
    finished: "runs",
    json,
    show: (event, view) => {
      if (event.type === "plan") begun = event.finished;
      if (event.type === "run") view.begin(nameOf(event.run), ++begun);
      else show(event, view);
    },
    render: renderRepeats,
    last: ({ folder, model }) => [`Every figure: ${join(folder, "runs.json")}`, `Model: ${model}`],
  });
}

/** The name of a run in a sentence. */
const nameOf = ({ fold, seed, isFinal }: Pick<RepeatEntry, "fold" | "seed" | "isFinal">): string =>
  isFinal ? "the model" : [...(fold === undefined ? [] : [`fold ${fold}`]), `seed ${seed}`].join(", ");

function show(event: Exclude<RepeatEvent, { readonly type: "run" }>, view: RunsView): void {
  if (event.type === "plan") {
    const { folds, seeds, runs, finished } = event;
    view.plan(runs, runs - finished);
    const what =
      folds === null
        ? plural(seeds.length, "seed")
        : `${plural(folds, "fold")}, ${plural(seeds.length, "seed")} each, and one model on all documents`;
    view.line.print(`${what}: ${plural(runs, "run")}`);
    if (finished > 0) view.line.print(`${plural(finished, "run")} of them taken from the ledger`);
  } else if (event.type === "finished") {
    const { scores, part, steps, seconds } = event.entry;
    const score = scores.macro_f1 === undefined ? "" : `macro F1 ${scores.macro_f1.toFixed(3)} on its ${part} part `;
    view.finished(`${score} (${plural(steps, "step")}, ${elapsed(seconds)})`);
  } else if (event.type === "train") view.train(event.event);
  else view.shared(event);
}
