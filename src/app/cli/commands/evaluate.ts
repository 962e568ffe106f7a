import type { Command } from "commander";
import {
  evaluate,
  evaluateConfig,
  type EvaluateEvent,
  type EvaluateResult,
  formatUnknownLabels,
} from "../../../index.ts";
import { plural } from "../../../report/words.ts";
import { PullView } from "../render-pull.ts";
import { addSettings, settingsOf } from "../options.ts";
import { evaluationJson, renderEvaluation } from "../render-evaluation.ts";
import { renderNotices } from "../render-training.ts";
import { duration, elapsed, Pace, StatusLine } from "../status-line.ts";
import { follow, working } from "../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object instead of tables");
  addSettings(command, evaluateConfig).action(run);
}

async function run(model: string, paths: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(evaluateConfig, options);
  await working({ tell: () => "Not all pairs were scored, so there are no scores." }, async (line) => {
    const view = new EvaluationView(line);
    const result = await follow(evaluate(model, paths, config), (event) => view.show(event));
    line.clear();
    print(result, options["json"] === true, line);
  });
}

/** The model that arrives, the data, and how far the scoring is. */
class EvaluationView {
  readonly #line: StatusLine;
  readonly #pull: PullView;
  readonly #pace = new Pace();

  constructor(line: StatusLine) {
    this.#line = line;
    this.#pull = new PullView(line);
  }

  show(event: EvaluateEvent): void {
    const line = this.#line;
    if (event.type === "pull") this.#pull.show(event.event);
    else if (event.type === "data") {
      line.print(`${plural(event.documents, "document")}, ${plural(event.pairs, "pair")} at natural prevalence`);
      renderNotices(event.notices, event.lengths, line);
      line.print();
    } else {
      const { rate, secondsLeft } = this.#pace.at(event.done, event.total);
      line.update([
        line.bar(event.done / event.total),
        `${event.done}/${event.total} pairs`,
        `${duration(secondsLeft)} left`,
        `${rate.toFixed(0)} pairs/s`,
      ]);
    }
  }
}

function print({ evaluation, unknownLabels, seconds }: EvaluateResult, json: boolean, line: StatusLine): void {
  if (json) process.stdout.write(`${JSON.stringify({ ...evaluationJson(evaluation), unknownLabels, seconds })}\n`);
  else process.stdout.write(`${renderEvaluation(evaluation, process.stdout.columns || 100, "--json prints all.")}\n`);
  if (unknownLabels.length > 0) {
    line.print(
      `WARNING: the model does not know ${plural(unknownLabels.length, "label")} of the annotations, and every ` +
        `relation with one of them counts as a miss: ${formatUnknownLabels(unknownLabels)}.`,
    );
  }
  line.print(`${plural(evaluation.scores.pairs, "pair")} in ${elapsed(seconds)}.`);
}
