import type { Command } from "commander";
import { trainForQueue, trainWorkerConfig, type TrainWorkerEvent } from "../../../index.ts";
import { plural } from "../../../report/words.ts";
import { queueSentence } from "../render-queue.ts";
import { addSettings, settingsOf } from "../options.ts";
import { elapsed, type StatusLine } from "../status-line.ts";
import { follow, working } from "../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object when it ends");
  addSettings(command, trainWorkerConfig).action(run);
}

async function run(options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(trainWorkerConfig, options);
  const work = trainForQueue(config);
  const plan = {
    outcome: () => "Stopping after this step; runs that are not finished go back to the queue.",
    stop() {
      work.stop();
      return true;
    },
  };
  await working(plan, async (line) => {
    const result = await follow(work, (event) => show(event, line));
    line.clear();
    if (options["json"] === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    line.print(`${plural(result.runs, "run")} trained.`);
  });
}

function show(event: TrainWorkerEvent, line: StatusLine): void {
  if (event.type === "ready") return line.print("Waiting for runs. Ctrl-C ends the worker.");
  if (event.type === "silent" || event.type === "answering") return line.print(queueSentence(event));
  const run = `${event.folder}: ${event.name}`;
  if (event.type === "run") line.update([run]);
  else if (event.type === "known") line.print(`${run} is not needed any more`);
  else if (event.type === "failed") line.print(`${run}: ${event.error}`);
  else if (event.type === "finished") line.print(`${run}: trained in ${elapsed(event.seconds)}`);
  else if (event.event.type === "step") {
    const { step, totalSteps } = event.event;
    line.update([line.bar(step / totalSteps), run, `step ${step}/${totalSteps}`]);
  }
}
