import type { Command } from "commander";
import {
  checkConfig,
  type CheckConfig,
  checkData,
  type CheckResult,
  exitCodes,
  type Problem,
  repairData,
  type RepairEvent,
} from "../../../index.ts";
import { addSettings, settingsOf } from "../options.ts";
import { checkSummary, CheckView, problemJson, repairLines } from "../render-check.ts";
import { ReadingView } from "../render-reading.ts";
import { elapsed, StatusLine } from "../status-line.ts";
import { follow, working, write, show } from "../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print each problem as a JSON object on a line of its own");
  addSettings(command, checkConfig).action(run);
}

async function run(paths: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(checkConfig, options);
  const { fix } = config;
  const kept = fix === undefined ? "" : ` Nothing was written to ${fix}.`;
  await working({ outcome: () => `Not all of the data was checked.${kept}` }, async (line) => {
    const view = options["json"] === true ? new JsonView(line) : new TextView(config, line);
    const reading = new ReadingView(line);
    let isUnmended = false;
    const show = async (event: RepairEvent): Promise<void> => {
      if (event.type === "reading") reading.show(event);
      else if (event.type === "problem") {
        const { severity, fix: repair } = event.problem;
        isUnmended ||= severity === "error" && !(fix !== undefined && repair);
        await view.show(event.problem);
      } else finish(event.result);
    };
    const finish = (checked: CheckResult): void => {
      line.clear();
      view.finish(checked);
      const { error, warning } = checked.problems;
      if (isUnmended || (config.strict && error + warning > 0)) process.exitCode = exitCodes.badData;
    };
    if (fix === undefined) return finish(await follow(checkData(paths, config), show));
    const repaired = await follow(repairData(paths, fix, config), show);
    line.clear();
    for (const one of repairLines(fix, repaired)) line.print(one);
  });
}

/** Prints problems by kind, once all are known. */
class TextView {
  readonly #view: CheckView;
  readonly #line: StatusLine;

  constructor(config: CheckConfig, line: StatusLine) {
    this.#view = new CheckView(config);
    this.#line = line;
  }

  async show(problem: Problem): Promise<void> {
    this.#view.add(problem);
  }

  finish(checked: CheckResult): void {
    const isColored = process.stdout.isTTY && process.stdout.hasColors();
    const text = this.#view.render({ width: process.stdout.columns || 100, isColored });
    show(`${text === "" ? "" : `${text}\n`}${checkSummary(checked)}`);
    this.#line.print(`Checked in ${elapsed(checked.seconds)}.`);
  }
}

/** Prints problems as they are found, one a line. */
class JsonView {
  readonly #line: StatusLine;

  constructor(line: StatusLine) {
    this.#line = line;
  }

  async show(problem: Problem): Promise<void> {
    this.#line.clear();
    await write(`${JSON.stringify(problemJson(problem))}\n`);
  }

  finish(checked: CheckResult): void {
    this.#line.print(`${checkSummary(checked)} Checked in ${elapsed(checked.seconds)}.`);
  }
}
