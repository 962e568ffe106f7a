import type { Command } from "commander";
import { splitConfig, splitData } from "../../../index.ts";
import { addSettings, settingsOf } from "../options.ts";
import { printNotices } from "../render-reading.ts";
import { renderSplit } from "../render-split.ts";
import { followOnLine, working, show } from "../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object");
  addSettings(command, splitConfig).action(run);
}

async function run(paths: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(splitConfig, options);
  await working({ outcome: () => `Nothing was written to ${config.output}.` }, async (line) => {
    const result = await followOnLine(splitData(paths, config), line);
    if (options["json"] === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    else show(renderSplit(result, process.stdout.columns || 100));
    printNotices("Noticed", result.notices, line);
    printNotices(`Not held by ${result.format}`, result.losses, line);
  });
}
