import { join } from "node:path";
import type { Command } from "commander";
import { curve, curveConfig, type CurveEvent } from "../../../index.ts";
import { plural } from "../../../report/words.ts";
import { addSettings, settingsOf } from "../options.ts";
import { renderCurve } from "../render-curve.ts";
import { renderNotices } from "../render-training.ts";
import { duration, elapsed, StatusLine } from "../status-line.ts";
import { follow, working, show } from "../work.ts";

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
  const training = curve(data, config);
  const plan = {
    outcome: () => "Stopping after this step; finished runs are in the ledger.",
    stop() {
      training.stop();
      return true;
    },
  };
  await working(plan, async (line) => {
    const view = new CurveView(line);
    const result = await follow(training, (event) => view.show(event));
    line.print();
    if (options["json"] === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    else show(renderCurve(result, process.stdout.columns || 100));
    line.print();
    line.print(`${elapsed(result.seconds)} in all. Picture: ${join(result.folder, "curve.svg")}`);
  });
}

/** Prints a line for each finished run, and keeps a live line for the current run. */
class CurveView {
  readonly #line: StatusLine;
  readonly #started = performance.now();
  #runs = 0;
  #left = 0;
  #done = 0;
  #current = "";

  constructor(line: StatusLine) {
    this.#line = line;
  }

  show(event: CurveEvent): void {
    const line = this.#line;
    if (event.type === "plan") {
      const { models, points, seeds, heldOut, runs, finished, notices } = event;
      this.#runs = runs;
      this.#left = runs - finished;
      line.print(
        `${plural(models.length, "model")} (${models.join(", ")}) on ${points.join(", ")} documents, ${plural(seeds.length, "seed")} each: ${plural(runs, "run")}, scored on the same ${plural(heldOut, "held-out document")}`,
      );
      renderNotices(notices, [], line);
      if (finished > 0) line.print(`${plural(finished, "run")} of them taken from the ledger`);
    } else if (event.type === "run") {
      this.#current = `${event.model}, ${plural(event.documents, "document")}, seed ${event.seed}`;
    } else if (event.type === "finished") {
      this.#done++;
      const { score, steps, seconds } = event.entry;
      line.print(`${this.#current}: ${score.toFixed(3)}  (${plural(steps, "step")}, ${elapsed(seconds)})`);
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
