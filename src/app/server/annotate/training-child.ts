// The process that trains on annotations and compares the new model with the old one, apart from the server.
import { constants, setPriority } from "node:os";
import { evaluate, modelInfo, train, type EvaluateResult, type TrainEvent } from "../../../index.ts";
import type { FromTraining, Scored, ToTraining } from "./training.ts";

if (!process.send) throw new Error("internal: this file is started by the server");
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => {});
// Requests of users come first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const say = (message: FromTraining): void => void process.send!(message, () => {});
const stopping = new AbortController();

function sayEvent(event: TrainEvent): void {
  if (event.type === "step") say({ type: "step", step: event.step, loss: event.loss, totalSteps: event.totalSteps });
  else if (event.type === "evaluation")
    say({ type: "evaluation", step: event.step, f1: event.result.scores.relationMicroF1 });
}

const scoredOf = ({ evaluation: { scores } }: EvaluateResult): Scored => ({
  f1: scores.relationMicroF1,
  perLabel: scores.perLabel
    .filter(({ id }) => id !== scores.noRelationId)
    .map(({ label, f1, support }) => ({ label, f1, support })),
});

async function work({ data, heldOut, settings, output, current, threads }: ToTraining): Promise<void> {
  try {
    const run = train(data, { ...settings, output, overwrite: true, threads }, { signal: stopping.signal });
    for await (const event of run) sayEvent(event);
    await run.result;
    say({ type: "labels", labels: (await modelInfo(output).result).labels });
    if (heldOut !== undefined) {
      // A model that knows none of the labels, or is no longer there, has no score.
      const before = await evaluate(current, heldOut, { threads }).result.then(scoredOf, () => undefined);
      say({ type: "compared", before, after: scoredOf(await evaluate(output, heldOut, { threads }).result) });
    }
    say({ type: "done" });
  } catch (error) {
    say({ type: "failed", message: (error as Error).message, isStopped: stopping.signal.aborted });
  }
  process.disconnect();
}

process.on("message", (message: ToTraining | { readonly type: "stop" }) => {
  if (message.type === "stop") stopping.abort();
  else void work(message);
});
process.on("disconnect", () => stopping.abort());
