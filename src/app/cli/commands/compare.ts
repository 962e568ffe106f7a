import type { Command } from "commander";
import {
  compare,
  compareConfig,
  type CompareConfig,
  type CompareEvent,
  type CompareResult,
  countOfUnit,
  exitCodes,
  pairUnit,
  UsageError,
} from "../../../index.ts";
import { plural } from "../../../report/words.ts";
import { addSettings, settingsOf } from "../options.ts";
import { renderComparison } from "../render-compare.ts";
import { PullView } from "../render-pull.ts";
import { renderNotices } from "../render-training.ts";
import { elapsed, type StatusLine } from "../status-line.ts";
import { follow, show, working } from "../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print the comparison as one JSON object instead of tables");
  addSettings(command, compareConfig).action(run);
}

async function run(first: string, second: string, paths: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(compareConfig, options);
  if (config.require === undefined && config.metric !== undefined)
    throw new UsageError("--metric is about --require, which was not given. Leave it out.");
  if (config.output === undefined && config.overwrite)
    throw new UsageError("--overwrite is about the file of --output, which was not given. Leave it out.");
  await working({ outcome: () => "Not all was scored, so there is no comparison." }, async (line) => {
    const view = new ComparisonView(line);
    const result = await follow(compare([first, second], paths, config), (event) => view.show(event));
    line.clear();
    if (options["json"] === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    else show(renderComparison(result, process.stdout.columns || 100, config.output !== undefined));
    const unmet = unmetBy(result, config);
    if (unmet !== undefined) {
      line.print(unmet);
      process.exitCode = exitCodes.unmet;
    }
    if (config.output !== undefined) line.print(`The comparison with every changed answer: ${config.output}`);
    line.print(`${countOfUnit(result.comparison.places, result.comparison.unit)} in ${elapsed(result.seconds)}.`);
  });
}

/** The sentence on a requirement that does not hold. @throws UsageError for a metric that the models do not have */
function unmetBy({ comparison: { metrics } }: CompareResult, config: CompareConfig): string | undefined {
  if (config.require === undefined) return undefined;
  const name = config.metric ?? metrics.at(-1)!.metric;
  const one = metrics.find(({ metric }) => metric === name);
  if (!one) {
    const known = metrics.map(({ metric }) => metric).join(", ");
    throw new UsageError(`--metric ${name}: these models are compared by ${known}. Choose one of them.`);
  }
  const { low, high, difference } = one;
  if (low === undefined || high === undefined)
    return `--require ${config.require}: there are too few documents to decide.`;
  const holds = config.require === "better" ? low > 0 : high >= 0;
  if (holds) return undefined;
  const interval = `${difference.toFixed(3)}, 95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}`;
  return config.require === "better"
    ? `--require better: the second model is not better on ${name} beyond chance (${interval}).`
    : `--require not-worse: the second model is worse on ${name} (${interval}).`;
}

/** Shows the download of the models, the data once, and the progress of scoring. */
class ComparisonView {
  readonly #line: StatusLine;
  readonly #pull: PullView;
  #unit = pairUnit;
  #isDataShown = false;
  /** Notices and lengths of the first model, which are not printed for the second again. */
  readonly #printed = new Set<string>();

  constructor(line: StatusLine) {
    this.#line = line;
    this.#pull = new PullView(line);
  }

  show(event: CompareEvent): void {
    const line = this.#line;
    if (event.type === "pull") this.#pull.show(event.event);
    else if (event.type === "evaluating") {
      const { model, done, total } = event;
      line.update([line.bar(done / total), model, `${done}/${total} ${this.#unit.many}`]);
    } else {
      this.#unit = event.unit;
      if (!this.#isDataShown)
        line.print(`${plural(event.documents, "document")}, ${countOfUnit(event.examples, event.unit)}`);
      this.#isDataShown = true;
      const isNew = (said: string): boolean => !this.#printed.has(said) && Boolean(this.#printed.add(said));
      const notices = event.notices.filter((notice) => isNew(JSON.stringify(notice)));
      renderNotices(notices, event.lengths.filter(isNew), line);
    }
  }
}
