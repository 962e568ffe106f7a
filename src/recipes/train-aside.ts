import { rm } from "node:fs/promises";
import type { TrainConfig } from "../config.ts";
import { Interrupted } from "../errors.ts";
import { StoppedBeforeFirstStep, type TrainEvent } from "../experiment/train-events.ts";
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
    const result = yield* train(paths, config, control);
    if (result.reason === "stopped") throw stopped;
    isWhole = true;
    return result;
  } catch (error) {
    throw error instanceof StoppedBeforeFirstStep ? stopped : error;
  } finally {
    if (!keeps || !isWhole) await rm(config.output, { recursive: true, force: true });
  }
}
