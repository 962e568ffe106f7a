import { once } from "node:events";
import type { Command } from "commander";
import { checkConfig, type CheckConfig } from "../../../config.ts";
import { exitCodes } from "../../../errors.ts";
import type { Problem } from "../../../inspection/problem.ts";
import type { CheckResult } from "../../../recipes/check-data.ts";
import { onInterrupt } from "../interrupt.ts";
import { addSettings, settingsOf } from "../options.ts";
import { checkSummary, CheckView, problemJson, repairLines } from "../render-check.ts";
import { ReadingView, readingShown } from "../render-reading.ts";
import { elapsed, StatusLine } from "../status-line.ts";

export function complete(command: Command): void {
  command.option("--json", "print each problem as a JSON object on a line of its own");
  addSettings(command, checkConfig).action(run);
}

async function run(paths: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(checkConfig, options);
  const line = new StatusLine();
  const kept = config.fix === undefined ? "" : ` Nothing was written to ${config.fix}.`;
  const interrupt = onInterrupt({ line, tell: () => `Not all of the data was checked.${kept}` });
  try {
    const checked = await (options["json"] === true ? printJson : printView)(paths, config, line);
    if (config.fix !== undefined) {
      const { repairData } = await import("../../../recipes/repair-data.ts");
      const repaired = await readingShown(repairData(paths, config.fix, config, checked), line);
      for (const one of repairLines(config.fix, repaired)) line.print(one);
    }
    const { error, warning } = checked.problems;
    if (config.strict && error + warning > 0) process.exitCode = exitCodes.badData;
  } finally {
    line.clear();
    interrupt.dispose();
  }
}

type Print = (paths: string[], config: CheckConfig, line: StatusLine) => Promise<CheckResult>;

/** Problems by kind, once all are known. */
const printView: Print = async (paths, config, line) => {
  const view = new CheckView(config);
  const checked = await checkShown(paths, config, line, async (problem) => view.add(problem));
  const isColored = process.stdout.isTTY && process.stdout.hasColors();
  const text = view.render({ width: process.stdout.columns || 100, isColored });
  process.stdout.write(`${text === "" ? "" : `${text}\n`}${checkSummary(checked)}\n`);
  line.print(`Checked in ${elapsed(checked.seconds)}.`);
  return checked;
};

/** Problems as they are found, one a line. */
const printJson: Print = async (paths, config, line) => {
  const checked = await checkShown(paths, config, line, async (problem) => {
    line.clear();
    // A slow reader must not make what is to be written pile up.
    if (!process.stdout.write(`${JSON.stringify(problemJson(problem))}\n`)) await once(process.stdout, "drain");
  });
  line.print(`${checkSummary(checked)} Checked in ${elapsed(checked.seconds)}.`);
  return checked;
};

async function checkShown(
  paths: string[],
  config: CheckConfig,
  line: StatusLine,
  take: (problem: Problem) => Promise<void>,
): Promise<CheckResult> {
  const { checkData } = await import("../../../recipes/check-data.ts");
  const view = new ReadingView(line);
  const events = checkData(paths, config);
  for (;;) {
    const { done, value } = await events.next();
    if (done) {
      line.clear();
      return value;
    }
    if (value.type === "reading") view.show(value);
    else await take(value.problem);
  }
}
