import { plural } from "../../../quote.ts";
import type { Command } from "commander";
import { evaluateConfig } from "../../../config.ts";
import { RecipeThread } from "../../../recipes/thread/host.ts";
import { formatUnknownLabels } from "../../../model/tasks/relations/scoring-schema.ts";
import { onInterrupt } from "../interrupt.ts";
import { PullView } from "../render-pull.ts";
import { addSettings, settingsOf } from "../options.ts";
import { evaluationJson, renderEvaluation } from "../render-evaluation.ts";
import { renderNotices } from "../render-training.ts";
import { duration, elapsed, Pace, StatusLine } from "../status-line.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object instead of tables");
  addSettings(command, evaluateConfig).action(run);
}

async function run(folder: string, paths: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(evaluateConfig, options);
  const line = new StatusLine();
  const interrupt = onInterrupt({ line, tell: () => "Not all pairs were scored, so there are no scores." });
  const thread = new RecipeThread();
  try {
    const events = thread.call("evaluate", { folder, paths, config });
    const pace = new Pace();
    const pull = new PullView(line);
    for (;;) {
      const { done, value } = await events.next();
      if (done) {
        line.clear();
        const { evaluation, unknownLabels, seconds } = value;
        if (options["json"] === true)
          process.stdout.write(`${JSON.stringify({ ...evaluationJson(evaluation), unknownLabels, seconds })}\n`);
        else
          process.stdout.write(
            `${renderEvaluation(evaluation, process.stdout.columns || 100, "--json prints all.")}\n`,
          );
        if (unknownLabels.length > 0) {
          line.print(
            `WARNING: the model does not know ${plural(unknownLabels.length, "label")} of the annotations, and every ` +
              `relation with one of them counts as a miss: ${formatUnknownLabels(unknownLabels)}.`,
          );
        }
        line.print(`${plural(evaluation.scores.pairs, "pair")} in ${elapsed(seconds)}.`);
        return;
      }
      if (value.type === "pull") pull.show(value.event);
      else if (value.type === "data") {
        line.print(`${plural(value.documents, "document")}, ${plural(value.pairs, "pair")} at natural prevalence`);
        renderNotices(value.notices, value.lengths, line);
        line.print();
      } else {
        const { rate, secondsLeft } = pace.at(value.done, value.total);
        line.update([
          line.bar(value.done / value.total),
          `${value.done}/${value.total} pairs`,
          `${duration(secondsLeft)} left`,
          `${rate.toFixed(0)} pairs/s`,
        ]);
      }
    }
  } finally {
    line.clear();
    interrupt.dispose();
    await thread.close();
  }
}
