import type { Command } from "commander";
import { listFormats } from "../../../index.ts";
import { wrap } from "../wrap.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object a format").action(run);
}

async function run(options: Record<string, unknown>): Promise<void> {
  for (const format of await listFormats()) {
    const { name, description, written, page } = format;
    if (options["json"] === true) process.stdout.write(`${JSON.stringify(format)}\n`);
    else {
      const isRead = written ? "" : " (only read)";
      process.stdout.write(`${name}${isRead}  ${page}\n${wrap(`  ${description}`, process.stdout.columns || 100)}\n`);
    }
  }
}
