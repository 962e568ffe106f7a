import { existsSync } from "node:fs";
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { z } from "zod";
import { exportConfig, exportModel, modelInfo, UsageError } from "../../../index.ts";
import { addSettings, settingsOf } from "../options.ts";
import { size } from "../render-pull.ts";
import { followOnLine, working } from "../work.ts";

const pageConfig = z.strictObject({
  page: z.string().min(1).describe("Folder for the page, empty or not there yet"),
  dtype: exportConfig.shape.dtype,
});

export function complete(command: Command): void {
  addSettings(command, pageConfig).action(run);
}

const bundled = fileURLToPath(new URL("../../../page/static/", import.meta.url));

async function run(name: string, options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(pageConfig, options);
  const { page, dtype } = config;
  const plan = { outcome: () => `${page} holds no whole page: remove it before you try again.` };
  await working(plan, async (line) => {
    const { relata } = await followOnLine(modelInfo(name), line);
    if (relata?.task !== "relations")
      throw new UsageError(
        `Cannot make a page of ${name}: expected a model of relations that Relata trained, found ${relata ? `one of ${relata.task}` : "no relata.json"}. Train one with relata train.`,
      );
    if (existsSync(page) && (await readdir(page)).length > 0)
      throw new UsageError(`Cannot write a page into ${page}: the folder is not empty. Name another with --page.`);
    const { files } = await followOnLine(
      exportModel(name, join(page, "model"), { format: "safetensors", dtype }),
      line,
    );
    await cp(bundled, page, { recursive: true });
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    line.print(`${page}: a page whose model (${size(total)}) runs in the browser. Any file server will do:`);
    process.stdout.write(`${page}\n`);
    line.print(`  npx http-server ${page}`);
  });
}
