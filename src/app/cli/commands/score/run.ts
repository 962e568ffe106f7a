import { createInterface } from "node:readline";
import type { Command } from "commander";
import {
  estimateScoring,
  runScoring,
  scoreRunConfig,
  UsageError,
  type ScoreRunEvent,
  type ScoringEstimate,
} from "../../../../index.ts";
import { plural } from "../../../../report/words.ts";
import { queueSentence } from "../../render-queue.ts";
import { addSettings, settingsOf } from "../../options.ts";
import { duration, elapsed, Pace, type StatusLine } from "../../status-line.ts";
import { follow, show, working } from "../../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object; with --shards-from-stdin, one on a line for each shard too");
  command.option(
    "--shards-from-stdin",
    "score the shards whose numbers come on lines of standard input, until it ends",
  );
  addSettings(command, scoreRunConfig).action(run);
}

async function run(folder: string, options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(scoreRunConfig, options);
  const isJson = options["json"] === true;
  if (config.price !== undefined && !config.dryRun)
    throw new UsageError("--price is about the estimate of --dry-run, which was not given.");
  const isNamed = options["shardsFromStdin"] === true;
  if (isNamed && config.dryRun)
    throw new UsageError("--shards-from-stdin does nothing with --dry-run, which takes a sample. Leave it out.");
  if (config.dryRun) {
    await working({ outcome: () => "The estimate was not finished; nothing was written." }, async (line) => {
      line.update(["opening the model and scoring a sample"]);
      const estimate = await estimateScoring(folder, config).result;
      line.clear();
      if (isJson) process.stdout.write(`${JSON.stringify(estimate)}\n`);
      else show(renderEstimate(estimate).join("\n"));
    });
    return;
  }
  const plan = { outcome: () => "Shards that are done are kept; the same command goes on with the others." };
  await working(plan, async (line) => {
    const view = new ScoringView(line);
    const named = isNamed ? numbersOf(process.stdin) : undefined;
    const following = follow(runScoring(folder, config, { shards: named }), (event) => {
      view.show(event);
      if (isNamed && isJson && endsShard(event)) process.stdout.write(`${JSON.stringify(event)}\n`);
    });
    // An error ends the process at once: input that is still open would keep it waiting for a line.
    const result = await following.finally(() => isNamed && process.stdin.destroy());
    line.clear();
    if (isJson) process.stdout.write(`${JSON.stringify(result)}\n`);
    const { shards, skipped, rows, rejects, seconds } = result;
    const before = skipped > 0 ? `, ${skipped} done before` : "";
    const aside = rejects > 0 ? `, ${plural(rejects, "row")} set aside` : "";
    line.print(`${plural(rows, "row")} in ${plural(shards, "shard")}${before}${aside}, in ${elapsed(seconds)}.`);
    line.print(`Next: relata score commit ${folder}`);
  });
}

async function* numbersOf(input: NodeJS.ReadableStream): AsyncGenerator<number> {
  for await (const line of createInterface({ input })) if (line.trim() !== "") yield Number(line);
}

const endsShard = (event: ScoreRunEvent): boolean =>
  event.type === "shard" || event.type === "known" || (event.type === "failed" && !event.isTried);

/** Shows the progress of a run, and every shard that failed. */
export class ScoringView {
  readonly #line: StatusLine;
  readonly #pace = new Pace();
  #shards = 0;
  #doneShards = 0;

  constructor(line: StatusLine) {
    this.#line = line;
  }

  show(event: ScoreRunEvent): void {
    const line = this.#line;
    if (event.type === "start") {
      this.#shards = event.shards;
      this.#doneShards = event.skipped;
      if (event.skipped > 0) line.print(`${event.skipped} of ${plural(event.shards, "shard")} are done already.`);
    } else if (event.type === "shard" || event.type === "known") this.#doneShards++;
    else if (event.type === "failed") line.print(`shard ${event.shard}, attempt ${event.attempt}: ${event.error}`);
    else if (event.type === "silent" || event.type === "answering") line.print(queueSentence(event));
    else {
      const { done, total } = event;
      const { rate, secondsLeft } = this.#pace.at(done, total);
      line.update([
        line.bar(done / Math.max(1, total)),
        `${duration(secondsLeft)} left`,
        `${rate.toFixed(0)} rows/s`,
        `${this.#doneShards}/${this.#shards} shards`,
      ]);
    }
  }
}

/** Lists the sample and what the whole would take. */
function renderEstimate(estimate: ScoringEstimate): string[] {
  const { sampled, rejects, rate, workers, rows, seconds, cost, costPerMillion } = estimate;
  const aside = rejects > 0 ? `, of which ${rejects} would be set aside` : "";
  return [
    `sample   ${plural(sampled, "row")}${aside}`,
    `rate     ${rate.toFixed(1)} rows/s with ${plural(workers, "worker")}`,
    `whole    ${plural(rows, "row")} in ${seconds < 60 ? `${seconds.toFixed(1)} s` : duration(seconds)}`,
    ...(cost === undefined ? [] : [`cost     ${cost.toFixed(2)}, ${costPerMillion!.toFixed(2)} for a million rows`]),
  ];
}
