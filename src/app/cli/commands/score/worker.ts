import type { Command } from "commander";
import { scoreWorkerConfig, workOnQueue, type ScoreWorkerEvent } from "../../../../index.ts";
import { plural } from "../../../../report/words.ts";
import { queueSentence } from "../../render-queue.ts";
import { addSettings, settingsOf } from "../../options.ts";
import { elapsed, type StatusLine } from "../../status-line.ts";
import { follow, working } from "../../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object when it ends");
  addSettings(command, scoreWorkerConfig).action(run);
}

async function run(options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(scoreWorkerConfig, options);
  const work = workOnQueue(config);
  const plan = {
    outcome: () => "Stopping; shards that are not done go back to the queue.",
    stop() {
      work.stop();
      return true;
    },
  };
  await working(plan, async (line) => {
    const result = await follow(work, (event) => show(event, line));
    line.clear();
    if (options["json"] === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    const { shards, rows, rejects } = result;
    const aside = rejects > 0 ? `, ${plural(rejects, "row")} set aside` : "";
    line.print(`${plural(rows, "row")} in ${plural(shards, "shard")}${aside}.`);
  });
}

function show(event: ScoreWorkerEvent, line: StatusLine): void {
  if (event.type === "ready") line.print("Waiting for shards. Ctrl-C ends the worker.");
  else if (event.type === "silent" || event.type === "answering") line.print(queueSentence(event));
  else if (event.type === "known") line.print(`${event.folder}: shard ${event.shard} was done already`);
  else if (event.type === "failed") line.print(`${event.folder}: shard ${event.shard}: ${event.error}`);
  else {
    const { folder, shard, rows, rejects, seconds } = event;
    const aside = rejects > 0 ? `, ${rejects} set aside` : "";
    line.print(`${folder}: shard ${shard}: ${plural(rows, "row")}${aside} in ${elapsed(seconds)}`);
  }
}
