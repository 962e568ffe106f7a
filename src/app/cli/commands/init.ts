import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { trainCommandConfig, UnavailableError, UsageError } from "../../../index.ts";
import { configTemplate } from "../config-template.ts";
import { write } from "../work.ts";

export function complete(command: Command): void {
  command.option("--overwrite", "replace the file if it exists").action(run);
}

async function run(path: string, { overwrite }: { readonly overwrite?: boolean }): Promise<void> {
  if (/\.jsonl?$/.test(path)) throw new UsageError(`Cannot write ${path}: JSON has no comments. Name it relata.yaml.`);
  // A file that replaces models by itself would one day replace the wrong one.
  const text = configTemplate(trainCommandConfig, "relata train", ["overwrite"]);
  if (path === "-") return write(text);
  try {
    await writeFile(path, text, { flag: overwrite === true ? "w" : "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      throw new UsageError(`The file ${path} is there already. Name another one, or add --overwrite to replace it.`);
    }
    throw new UnavailableError(`Cannot write the config file ${path}: ${(error as Error).message}.`);
  }
  process.stderr.write(
    `Wrote ${path}. Change what you like, then: relata train DATA --config ${path} --output runs/NAME\n`,
  );
}
