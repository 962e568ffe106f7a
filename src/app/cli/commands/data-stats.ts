import type { Command } from "commander";
import { statsConfig } from "../../../config.ts";
import { dataStatistics } from "../../../index.ts";
import { addSettings, settingsOf } from "../options.ts";
import { printNotices } from "../render-reading.ts";
import { followOnLine, working } from "../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object").option("--html <file>", "write a page with plots, too");
  addSettings(command, statsConfig).action(run);
}

async function run(
  paths: string[],
  options: Record<string, unknown> & { readonly json?: true; readonly html?: string },
): Promise<void> {
  const { config } = await settingsOf(statsConfig, options);
  await working({ tell: () => "Not all of the data was counted; nothing was written." }, async (line) => {
    const statistics = await followOnLine(dataStatistics(paths, config), line);
    if (options.html !== undefined) {
      const { writeFileAtomic } = await import("../../../files/atomic-file.ts");
      const { statisticsPage } = await import("../../../report/statistics-page.ts");
      await writeFileAtomic(options.html, statisticsPage(statistics));
    }
    if (options.json) process.stdout.write(`${JSON.stringify(statistics)}\n`);
    else {
      const { renderStatistics } = await import("../render-stats.ts");
      process.stdout.write(`${renderStatistics(statistics, process.stdout.columns || 100)}\n`);
    }
    printNotices("Noticed while reading", statistics.notices, line);
    if (options.html !== undefined) line.print(`Page with plots: ${options.html}`);
  });
}
