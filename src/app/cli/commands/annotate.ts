import type { Command } from "commander";
import { annotate, annotateConfig } from "../../../index.ts";
import { addSettings, settingsOf } from "../options.ts";
import { PredictionView, printWritten } from "../predict-texts.ts";
import { follow, working } from "../work.ts";

export function complete(command: Command): void {
  addSettings(command, annotateConfig).action(run);
}

async function run(model: string, data: string, options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(annotateConfig, options);
  await working({ outcome: () => `Nothing was written to ${config.output}.` }, async (line) => {
    const view = new PredictionView(line);
    const result = await follow(annotate(model, data, config), (event) => {
      if (event.type !== "answer") view.show(event);
    });
    line.clear();
    printWritten(result, `${config.output} (${config.to})`, view.isOfPairs, line);
  });
}
