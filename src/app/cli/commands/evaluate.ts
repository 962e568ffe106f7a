import type { Command } from "commander";
import {
  evaluationJson,
  countOfUnit,
  evaluate,
  evaluateConfig,
  type EvaluateEvent,
  type EvaluateResult,
  formatUnknownLabels,
  pairUnit,
} from "../../../index.ts";
import { plural } from "../../../report/words.ts";
import { PullView } from "../render-pull.ts";
import { addSettings, settingsOf } from "../options.ts";
import { abstentionText, renderEvaluation } from "../render-evaluation.ts";
import { renderEndToEnd } from "../render-end-to-end.ts";
import { renderProbes } from "../render-probes.ts";
import { renderNotices } from "../render-training.ts";
import { duration, elapsed, Pace, StatusLine } from "../status-line.ts";
import { follow, working, show } from "../work.ts";
import { wrap } from "../wrap.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object instead of tables");
  addSettings(command, evaluateConfig).action(run);
}

async function run(model: string, paths: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(evaluateConfig, options);
  await working({ outcome: () => "Not all was scored, so there are no scores." }, async (line) => {
    const view = new EvaluationView(line);
    const result = await follow(evaluate(model, paths, config), (event) => view.show(event));
    line.clear();
    print(result, options["json"] === true, line);
  });
}

/** Shows the download of the model, the data, and the progress of scoring. */
class EvaluationView {
  readonly #line: StatusLine;
  readonly #pull: PullView;
  readonly #pace = new Pace();
  #unit = pairUnit;

  constructor(line: StatusLine) {
    this.#line = line;
    this.#pull = new PullView(line);
  }

  show(event: EvaluateEvent): void {
    const line = this.#line;
    if (event.type === "pull") this.#pull.show(event.event);
    else if (event.type === "data") {
      this.#unit = event.unit;
      line.print(
        `${plural(event.documents, "document")}, ${countOfUnit(event.examples, event.unit)} at natural prevalence`,
      );
      renderNotices(event.notices, event.lengths, line);
      line.print();
    } else {
      const { rate, secondsLeft } = this.#pace.at(event.done, event.total);
      line.update([
        line.bar(event.done / event.total),
        `${event.done}/${event.total} ${this.#unit.many}`,
        `${duration(secondsLeft)} left`,
        `${rate.toFixed(0)} ${this.#unit.many}/s`,
      ]);
    }
  }
}

function print(
  { evaluation, unknownLabels, notices, seconds, endToEnd, abstention, probes }: EvaluateResult,
  json: boolean,
  line: StatusLine,
): void {
  const joined = {
    ...(endToEnd ? { endToEnd } : {}),
    ...(abstention ? { abstention } : {}),
    ...(probes ? { probes } : {}),
  };
  if (json) {
    const all = { ...evaluationJson(evaluation), ...joined, unknownLabels, notices, seconds };
    process.stdout.write(`${JSON.stringify(all)}\n`);
  } else show(renderEvaluation(evaluation, process.stdout.columns || 100, "--json prints all."));
  if (abstention && !json) show(`\n${wrap(abstentionText(abstention), process.stdout.columns || 100)}`);
  if (probes && !json) show(`\n${wrap(renderProbes(probes), process.stdout.columns || 100)}`);
  if (endToEnd && !json) show(`\n${renderEndToEnd(endToEnd)}`);
  if (unknownLabels.length > 0) {
    line.print(
      `WARNING: the model does not know ${plural(unknownLabels.length, "label")} of the annotations, and every ` +
        `${evaluation.scores.noRelationId === null ? "span" : "relation"} with one of them counts as a miss: ${formatUnknownLabels(unknownLabels)}.`,
    );
  }
  line.print(`${countOfUnit(evaluation.scores.count, evaluation.unit)} in ${elapsed(seconds)}.`);
}
