import type { Command } from "commander";
import { modelInfo } from "../../../../index.ts";
import { renderModelInfo } from "../../render-model-info.ts";
import { followOnLine, working, show } from "../../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object").action(run);
}

async function run(name: string, options: { readonly json?: true }): Promise<void> {
  await working({ outcome: () => "Nothing was written." }, async (line) => {
    const info = await followOnLine(modelInfo(name), line);
    if (options.json) process.stdout.write(`${JSON.stringify(info)}\n`);
    else show(renderModelInfo(info));
  });
}
