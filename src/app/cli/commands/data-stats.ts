import type { Command } from "commander";
import { statsConfig } from "../../../config.ts";
import { onInterrupt } from "../interrupt.ts";
import { addSettings, settingsOf } from "../options.ts";
import { printNotices, readingShown } from "../render-reading.ts";
import { StatusLine } from "../status-line.ts";
import { modelFolder } from "./model/model-folder.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object").option("--html <file>", "write a page with plots, too");
  addSettings(command, statsConfig).action(run);
}

async function run(
  paths: string[],
  options: Record<string, unknown> & { readonly json?: true; readonly html?: string },
): Promise<void> {
  const { config } = await settingsOf(statsConfig, options);
  const { dataStats } = await import("../../../recipes/data-stats.ts");
  const line = new StatusLine();
  const interrupt = onInterrupt({ line, tell: () => "Not all of the data was counted; nothing was written." });
  try {
    const model = config.model === undefined ? undefined : await modelFolder(config.model, line);
    const statistics = await readingShown(dataStats(paths, config, model), line);
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
  } finally {
    line.clear();
    interrupt.dispose();
  }
}
