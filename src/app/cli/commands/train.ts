import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Option, type Command } from "commander";
import {
  evaluationJson,
  partSentences,
  rankPlace,
  train,
  trainCommandConfig,
  type SettingSource,
  type TrainResult,
  UsageError,
} from "../../../index.ts";
import { interruptedCode } from "../interrupt.ts";
import { LiveReport } from "../live-report.ts";
import { LiveState } from "../live-state.ts";
import { defaultOutput, newestOutput } from "../default-output.ts";
import { requireOneRun, runDry } from "../dry-run.ts";
import { isMember, runMember, withoutRanks } from "../join-ranks.ts";
import { addSettings, settingsOf } from "../options.ts";
import { renderEndToEnd } from "../render-end-to-end.ts";
import { renderEvaluation } from "../render-evaluation.ts";
import { runSweep } from "../run-sweep.ts";
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
    .addOption(
      new Option(
        "--report <how>",
        "live: serve the report to this machine's browsers while the run goes on, with moving curves; the address is printed",
      ).choices(["live"]),
    )
    .option("--json", "print the final evaluation as one JSON object")
    .option(
      "--dry-run",
      "read and check everything, print parts, labels, steps, and an estimate of time and memory; train and write nothing",
    );
  addSettings(command, trainCommandConfig).action(run);
}

async function run(data: string[], options: Record<string, unknown>): Promise<void> {
  const output = options["resume"] === true ? newestOutput(data) : defaultOutput(data);
  const { config: all, sources } = await settingsOf(trainCommandConfig, options, { output });
  const { folds, seeds, sweep, trials, queue, ...config } = all;
  const isLive = options["report"] === "live";
  const isSeveral = folds !== undefined || seeds !== undefined;
  if (isLive && (isSeveral || sweep !== undefined || options["dryRun"] === true))
    throw new UsageError(
      "--report live follows one run that trains: leave out --folds, --seeds, --sweep and --dry-run.",
    );
  if (queue !== undefined && sweep === undefined && !isSeveral)
    throw new UsageError(
      "--queue shares out the runs of --sweep, --folds or --seeds, and one run is not divided: add one of them, or leave it out. " +
        "Several processes train one model by --nproc-per-node and --rendezvous.",
    );
  if (options["dryRun"] === true) {
    requireOneRun(all);
    return runDry(data, config, options["json"] === true);
  }
  if (sweep !== undefined) {
    if (isSeveral)
      throw new UsageError("--sweep compares settings on one validation part: leave out --folds and --seeds.");
    const trial = withoutRanks(config, "--sweep trains each trial by");
    return runSweep(data, { ...trial, sweep, trials, queue }, options["json"] === true);
  }
  if (trials !== undefined)
    throw new UsageError("--trials does nothing without --sweep: add --sweep FILE, or leave it out.");
  if (isSeveral) {
    const each = withoutRanks(config, "--folds and --seeds train each model by");
    return runSeveral(data, { ...each, folds, seeds, queue }, options["json"] === true);
  }
  if (isMember(rankPlace(config))) {
    if (isLive) throw new UsageError("--report live is served by rank 0: leave it out for the others.");
    return runMember(data, config);
  }
  let view: TrainingView | undefined;
  let stop = (): void => {};
  const plan = {
    outcome: () => {
      if (view?.isTesting)
        return "Stopping; all steps are done and the model is kept. What is not scored by now is left to --resume.";
      if (view?.hasBegun && !view.isScored)
        return "Stopping after this step, with a checkpoint; a model is kept as well if its evaluation takes only seconds.";
      if (view?.hasBegun)
        return config.saveSteps === 0
          ? "Stopping after this step; the best model so far is kept."
          : "Stopping after this step, with a checkpoint; the best model so far is kept.";
      if (config.resume) return "That was before the first training step: the run is as it was.";
      return "That was before the first training step: no model was saved.";
    },
    stop() {
      const isUnderWay = view?.hasBegun === true || view?.isTesting === true;
      if (isUnderWay) stop();
      return isUnderWay;
    },
  };
  await working(plan, async (line) => {
    const shown = (view = new TrainingView(line));
    const chosen = chosenSettings(config, sources);
    // With --verbose all of them stand above.
    if (chosen !== "" && !StatusLine.isVerbose) line.print(`Settings: ${chosen}`);
    const state = new LiveState(basename(config.output));
    const live = isLive ? await LiveReport.open(() => state.now) : undefined;
    if (live) line.print(`Report of this run while it goes on: ${live.url}`);
    const training = train(data, config, { sources });
    stop = () => training.stop();
    let page: string | undefined;
    try {
      const result = await follow(training, (event) => {
        state.see(event);
        shown.show(event);
      });
      finish(result, { json: options["json"] === true, ...config }, line);
      if (live) page = await readFile(join(result.folder, "report.html"), "utf8");
    } catch (error) {
      sayHowToResume(shown, config.output, line);
      throw error;
    } finally {
      await live?.end(page);
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
  const { folder, keptStep, steps, seconds, peakMemory, evaluation, endToEnd, parts, reason, stillImproving } = result;
  line.print();
  if (json)
    process.stdout.write(
      `${JSON.stringify({ folder, keptStep, steps, reason, stillImproving, seconds, peakMemory, parts, ...evaluationJson(evaluation), endToEnd })}\n`,
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
    `Kept step ${keptStep} of ${steps}, the last marked *; ${elapsed(seconds)} in all, peak memory ${(peakMemory / 2 ** 20).toFixed(0)} MiB.`,
  );
  if (stillImproving) line.print(`It was still improving at the end: train longer (--min-steps ${2 * steps}).`);
  if (folder !== output) line.print(`A run that was stopped replaces nothing: the former model is still in ${output}.`);
  line.print(`Model: ${folder}`);
  line.print(`Report with curves and mistakes: ${join(folder, "report.html")}`);
  if (reason === "stopped") process.exitCode = interruptedCode();
}
