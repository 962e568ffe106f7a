import { Command } from "commander";
import { evaluateConfig } from "../../../config.ts";
import { RecipeThread } from "../../../recipes/thread/host.ts";
import { onInterrupt } from "../interrupt.ts";
import { addSettings, settingsOf } from "../options.ts";
import { evaluationJson, renderEvaluation } from "../render-evaluation.ts";
import { renderNotices } from "../render-training.ts";
import { bar, duration, Pace, StatusLine } from "../status-line.ts";

export function evaluateCommand(): Command {
  const command = new Command("evaluate")
    .description("Score a model folder on annotated documents, beside the baselines learnt with it.")
    .argument("<model>", "model folder")
    .argument("<data...>", "annotation exports")
    .option("--json", "print one JSON object instead of tables");
  return addSettings(command, evaluateConfig).action(run);
}

async function run(folder: string, paths: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(evaluateConfig, options);
  const line = new StatusLine();
  const interrupt = onInterrupt((message) => line.print(message));
  const thread = new RecipeThread();
  try {
    const events = thread.call("evaluate", { folder, paths, config }, interrupt.signal);
    const pace = new Pace();
    for (;;) {
      const { done, value } = await events.next();
      if (done) {
        line.clear();
        const { evaluation, seconds } = value;
        if (options["json"] === true)
          process.stdout.write(`${JSON.stringify({ ...evaluationJson(evaluation), seconds })}\n`);
        else process.stdout.write(`${renderEvaluation(evaluation, process.stdout.columns || 100)}\n`);
        line.print(`${evaluation.scores.pairs} pairs in ${duration(seconds)}.`);
        return;
      }
      if (value.type === "data") {
        line.print(`${value.documents} documents, ${value.pairs} pairs at natural prevalence`);
        renderNotices(value.notices, value.lengths, line);
        line.print();
      } else {
        const { rate, secondsLeft } = pace.at(value.done, value.total);
        line.update(
          `${bar(value.done / value.total)}  ${value.done}/${value.total} pairs  ${rate.toFixed(0)} pairs/s  ${duration(secondsLeft)} left`,
        );
      }
    }
  } finally {
    line.clear();
    interrupt.dispose();
    await thread.close();
  }
}
