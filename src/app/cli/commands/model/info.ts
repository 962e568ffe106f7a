import type { Command } from "commander";
import { onInterrupt } from "../../interrupt.ts";
import { renderModelInfo } from "../../render-model-info.ts";
import { StatusLine } from "../../status-line.ts";
import { modelFolder } from "./model-folder.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object").action(run);
}

async function run(name: string, options: { readonly json?: true }): Promise<void> {
  const { modelInfo } = await import("../../../../recipes/model-info.ts");
  const line = new StatusLine();
  const interrupt = onInterrupt({ line, tell: () => "Nothing was written." });
  try {
    const info = await modelInfo(await modelFolder(name, line));
    line.clear();
    process.stdout.write(options.json ? `${JSON.stringify(info)}\n` : `${renderModelInfo(info)}\n`);
  } finally {
    line.clear();
    interrupt.dispose();
  }
}
