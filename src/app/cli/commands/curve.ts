import { join } from "node:path";
import type { Command } from "commander";
import { curve, curveConfig, type CurveEvent } from "../../../index.ts";
import { plural } from "../../../report/words.ts";
import { addSettings, settingsOf } from "../options.ts";
import { renderCurve } from "../render-curve.ts";
import { renderNotices } from "../render-training.ts";
import { followRuns, type RunsView } from "../runs-view.ts";
import { elapsed } from "../status-line.ts";

export function complete(command: Command): void {
  command
    .option(
      "--config <file>",
      "JSON or YAML file of settings, by their names in camelCase, as `relata init` writes it; flags win over it",
    )
    .option("--json", "print the curve as one JSON object");
  addSettings(command, curveConfig).action(run);
  const model = command.options.find(({ long }) => long === "--model")!;
  model.argParser((value: string, before: string | undefined) => (before ? `${before},${value}` : value));
}

async function run(data: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(curveConfig, options);
  let begun = 0;
  await followRuns(curve(data, config), {
    finished: "runs",
    json: options["json"] === true,
    show: (event, view) => {
      if (event.type === "plan") begun = event.finished;
      if (event.type === "run")
        view.begin(`${event.model}, ${plural(event.documents, "document")}, seed ${event.seed}`, ++begun);
      else show(event, view);
    },
    render: renderCurve,
    last: ({ folder }) => [`Picture: ${join(folder, "curve.svg")}`],
  });
}

function show(event: Exclude<CurveEvent, { readonly type: "run" }>, view: RunsView): void {
  if (event.type === "plan") {
    const { models, points, seeds, heldOut, runs, finished, notices } = event;
    view.plan(runs, runs - finished);
    view.line.print(
      `${plural(models.length, "model")} (${models.join(", ")}) on ${points.join(", ")} documents, ${plural(seeds.length, "seed")} each: ${plural(runs, "run")}, scored on the same ${plural(heldOut, "held-out document")}`,
    );
    renderNotices(notices, [], view.line);
    if (finished > 0) view.line.print(`${plural(finished, "run")} of them taken from the ledger`);
  } else if (event.type === "finished") {
    const { score, steps, seconds } = event.entry;
    view.finished(`${score.toFixed(3)}  (${plural(steps, "step")}, ${elapsed(seconds)})`);
  } else view.step(event.event);
}
