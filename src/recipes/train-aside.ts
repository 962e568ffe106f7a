import { rm } from "node:fs/promises";
import type { TrainConfig } from "../config.ts";
import { Interrupted } from "../errors.ts";
import { StoppedBeforeFirstScore, type TrainEvent } from "../experiment/train-events.ts";
import { withResult } from "../generators.ts";
import { train, type RunControl, type TrainResult } from "./train.ts";

/**
 * Trains one of several runs, in a folder of its own that is removed again unless `keeps`.
 * @throws Interrupted if it is stopped, since half a run is none
 */
export async function* trainAside(
  paths: readonly string[],
  config: TrainConfig,
  { keeps = false, ...control }: RunControl & { readonly keeps?: boolean },
): AsyncGenerator<TrainEvent, TrainResult> {
  const stopped = new Interrupted(
    "stopped: the run under way is lost, finished ones are in the ledger. The same command goes on with the others",
  );
  let isWhole = false;
  await rm(config.output, { recursive: true, force: true });
  try {
    if (control.shouldStop?.()) throw stopped;
    const run = withResult(train(paths, config, control));
    for await (const event of run.events) {
      yield event;
      // Nothing of it is kept, so nothing is evaluated or written either.
      if (control.shouldStop?.()) throw stopped;
    }
    const result = run.result();
    if (result.reason === "stopped") throw stopped;
    isWhole = true;
    return result;
  } catch (error) {
    throw error instanceof StoppedBeforeFirstScore ? stopped : error;
  } finally {
    if (!keeps || !isWhole) await rm(config.output, { recursive: true, force: true });
  }
}
