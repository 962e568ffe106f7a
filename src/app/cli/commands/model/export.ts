import { plural } from "../../../../quote.ts";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { exportConfig } from "../../../../config.ts";
import { UsageError } from "../../../../errors.ts";
import { onInterrupt } from "../../interrupt.ts";
import { addSettings, settingsOf } from "../../options.ts";
import { size } from "../../render-pull.ts";
import { StatusLine } from "../../status-line.ts";
import { modelFolder } from "./model-folder.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object");
  addSettings(command, exportConfig).action(run);
}

async function run(name: string, output: string, options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(exportConfig, options);
  await requireEmpty(output);
  const { exportModel, notesOnGraph } = await import("../../../../recipes/export-model.ts");
  const line = new StatusLine();
  const interrupt = onInterrupt({
    line,
    tell: () => `${output} holds no whole export: remove it before you try again.`,
  });
  try {
    const folder = await modelFolder(name, line);
    const files = await exportModel(folder, output, config);
    line.clear();
    if (options["json"] === true) process.stdout.write(`${JSON.stringify({ output, ...config, files })}\n`);
    else for (const file of files) process.stdout.write(`${join(output, file.name)}  ${size(file.bytes)}\n`);
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    line.print(`${plural(files.length, "file")}, ${size(total)}.`);
    for (const note of config.format === "onnx" ? await notesOnGraph(folder) : []) line.print(`  note: ${note}`);
  } finally {
    line.clear();
    interrupt.dispose();
  }
}

/** Before the model is read; whatever else is wrong with the folder, the export itself says. */
async function requireEmpty(output: string): Promise<void> {
  const entries = await readdir(output).catch(() => []);
  if (entries.length === 0) return;
  throw new UsageError(
    `The output folder ${output} is not empty, and an export replaces nothing. Choose another folder.`,
  );
}
