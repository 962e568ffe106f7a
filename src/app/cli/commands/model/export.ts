import { join } from "node:path";
import type { Command } from "commander";
import { exportConfig, exportModel } from "../../../../index.ts";
import { plural } from "../../../../report/words.ts";
import { addSettings, settingsOf } from "../../options.ts";
import { size } from "../../render-pull.ts";

import { followOnLine, working } from "../../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object");
  addSettings(command, exportConfig).action(run);
}

async function run(name: string, output: string, options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(exportConfig, options);
  const plan = { outcome: () => `${output} holds no whole export: remove it before you try again.` };
  await working(plan, async (line) => {
    const { files, notes } = await followOnLine(exportModel(name, output, config), line);
    if (options["json"] === true) process.stdout.write(`${JSON.stringify({ output, ...config, files })}\n`);
    else for (const file of files) process.stdout.write(`${join(output, file.name)}  ${size(file.bytes)}\n`);
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    line.print(`${plural(files.length, "file")}, ${size(total)}.`);
    for (const note of notes) line.print(`  note: ${note}`);
  });
}
