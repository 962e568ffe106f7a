import type { Command } from "commander";
import { dataStatistics, statsConfig } from "../../../index.ts";
import { addSettings, settingsOf } from "../options.ts";
import { printNotices } from "../render-reading.ts";
import { followOnLine, working, show } from "../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object");
  addSettings(command, statsConfig).action(run);
}

async function run(paths: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(statsConfig, options);
  await working({ outcome: () => "Not all of the data was counted; nothing was written." }, async (line) => {
    const statistics = await followOnLine(dataStatistics(paths, config), line);
    if (options["json"] === true) process.stdout.write(`${JSON.stringify(statistics)}\n`);
    else {
      const { renderStatistics } = await import("../render-stats.ts");
      show(renderStatistics(statistics, process.stdout.columns || 100));
    }
    printNotices("Noticed while reading", statistics.notices, line);
    if (config.html !== undefined) line.print(`Page with plots: ${config.html}`);
  });
}
