import type { Command } from "commander";
import { graphConfig, modelGraph } from "../../../../index.ts";
import { addSettings, settingsOf } from "../../options.ts";
import { size } from "../../render-pull.ts";
import { followOnLine, working, write } from "../../work.ts";

export function complete(command: Command): void {
  addSettings(command, graphConfig).action(run);
}

async function run(name: string, options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(graphConfig, options);
  await working({ outcome: () => "Nothing was written." }, async (line) => {
    const { text, file } = await followOnLine(modelGraph(name, config), line);
    if (text !== undefined) await write(`${text}\n`);
    else line.print(`${config.output}, ${size(file!.bytes)}.`);
  });
}
