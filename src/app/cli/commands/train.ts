import { join } from "node:path";
import type { Command } from "commander";
import {
  evaluationJson,
  partSentences,
  train,
  repeatConfig,
  type SettingSource,
  type TrainResult,
} from "../../../index.ts";
import { interruptedCode } from "../interrupt.ts";
import { defaultOutput, newestOutput } from "../default-output.ts";
import { requireOneRun, runDry } from "../dry-run.ts";
import { addSettings, settingsOf } from "../options.ts";
import { renderEndToEnd } from "../render-end-to-end.ts";
import { renderEvaluation } from "../render-evaluation.ts";
import { runSeveral } from "../several-runs.ts";
import { TrainingView } from "../render-training.ts";
import { resumeCommand } from "../resume-command.ts";
import { elapsed, StatusLine } from "../status-line.ts";
import { wrap } from "../wrap.ts";
import { follow, working, show } from "../work.ts";

export function complete(command: Command): void {
  command
    .option(
      "--config <file>",
      "JSON or YAML file of settings, by their names in camelCase, as `relata init` writes it; flags win over it",
    )
    .option("--json", "print the final evaluation as one JSON object")
    .option(
      "--dry-run",
      "read and check everything, print parts, labels, steps, and an estimate of time and memory; train and write nothing",
    );
  addSettings(command, repeatConfig).action(run);
}

async function run(data: string[], options: Record<string, unknown>): Promise<void> {
  const output = options["resume"] === true ? newestOutput(data) : defaultOutput(data);
  const { config: all, sources } = await settingsOf(repeatConfig, options, { output });
  const { folds, seeds, ...config } = all;
  if (options["dryRun"] === true) {
    requireOneRun(all);
    return runDry(data, config, options["json"] === true);
  }
  if (folds !== undefined || seeds !== undefined) return runSeveral(data, all, options["json"] === true);
  let view: TrainingView | undefined;
  let stop = (): void => {};
  const plan = {
    outcome: () => {
      if (view?.hasBegun)
        return config.saveSteps === 0
          ? "Stopping after this step; the best model so far is kept."
          : "Stopping after this step, with a checkpoint; the best model so far is kept.";
      if (config.resume) return "That was before the first training step: the run is as it was.";
      return "That was before the first training step: no model was saved.";
    },
    stop() {
      if (view?.hasBegun) stop();
      return view?.hasBegun ?? false;
    },
  };
  await working(plan, async (line) => {
    const shown = (view = new TrainingView(line));
    const chosen = chosenSettings(config, sources);
    if (chosen !== "") line.print(`Settings: ${chosen}`);
    const training = train(data, config, { sources });
    stop = () => training.stop();
    try {
      finish(await follow(training, (event) => shown.show(event)), { json: options["json"] === true, ...config }, line);
    } catch (error) {
      sayHowToResume(shown, config.output, line);
      throw error;
    }
    if (process.exitCode !== undefined) sayHowToResume(shown, config.output, line);
  });
}

/** Prints the command that goes on from the newest checkpoint, if the run has written one. */
function sayHowToResume({ checkpoint }: TrainingView, output: string, line: StatusLine): void {
  if (checkpoint === undefined) return;
  line.print(`Checkpoint: ${checkpoint}`);
  line.print(`To go on from there: ${resumeCommand(process.argv.slice(2), output)}`);
}

/** The settings that are not defaults, each with where it comes from. */
function chosenSettings(config: object, sources: Readonly<Record<string, SettingSource>>): string {
  return Object.entries(config)
    .filter(([key]) => sources[key] !== "default")
    .map(([key, value]) => `${key} ${JSON.stringify(value)} (${sources[key] === "file" ? "config file" : "flag"})`)
    .join(", ");
}

function finish(
  result: TrainResult,
  { json, output }: { readonly json: boolean; readonly output: string },
  line: StatusLine,
): void {
  const { folder, bestStep, steps, seconds, peakMemory, evaluation, endToEnd, parts, reason } = result;
  line.print();
  if (json)
    process.stdout.write(
      `${JSON.stringify({ folder, bestStep, steps, reason, seconds, peakMemory, parts, ...evaluationJson(evaluation), endToEnd })}\n`,
    );
  else {
    const width = process.stdout.columns || 100;
    show(
      `${wrap(partSentences(parts).join("\n"), width)}\n\n${renderEvaluation(evaluation, width, "The report has all.")}`,
    );
    if (endToEnd) show(`\n${renderEndToEnd(endToEnd)}`);
  }
  line.print();
  line.print(
    `Kept step ${bestStep} of ${steps}, the last marked *; ${elapsed(seconds)} in all, peak memory ${(peakMemory / 2 ** 20).toFixed(0)} MiB.`,
  );
  if (folder !== output) line.print(`A run that was stopped replaces nothing: the former model is still in ${output}.`);
  line.print(`Model: ${folder}`);
  line.print(`Report with curves and mistakes: ${join(folder, "report.html")}`);
  if (reason === "stopped") process.exitCode = interruptedCode();
}
