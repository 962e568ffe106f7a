import { rm } from "node:fs/promises";
import type { TrainConfig } from "../config.ts";
import { Interrupted, UsageError } from "../errors.ts";
import { metricValue } from "../evaluation/scores.ts";
import { repeatEntry, type PlannedRun, type RepeatEntry } from "../experiment/repeat-result.ts";
import type { PlannedTrial, SweepEntry } from "../experiment/sweep-result.ts";
import { StoppedBeforeFirstScore, type DataEvent, type TrainEvent } from "../experiment/train-events.ts";
import { withResult } from "../generators.ts";
import { DivergedError } from "../training/divergence.ts";
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
  const folder = control.into ?? config.output;
  let isWhole = false;
  await rm(folder, { recursive: true, force: true });
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
    if (!keeps || !isWhole) await rm(folder, { recursive: true, force: true });
  }
}

/** Trains one of the runs of a cross-validation or of several seeds; returns its entry in the ledger. */
export async function* trainRepeat(
  paths: readonly string[],
  { run, config }: { readonly run: PlannedRun; readonly config: TrainConfig },
  control: RunControl,
): AsyncGenerator<TrainEvent, RepeatEntry> {
  const { events, result } = withResult(trainAside(paths, config, { ...control, keeps: run.keeps }));
  let documents: DataEvent["documents"] | undefined;
  for await (const event of events) {
    if (event.type === "data") documents = event.documents;
    yield event;
  }
  return repeatEntry(run, documents!, result());
}

/** Trains one of the runs of a sweep; returns its entry in the ledger. */
export async function* trainTrial(
  paths: readonly string[],
  { run, config }: { readonly run: PlannedTrial; readonly config: TrainConfig },
  control: RunControl,
): AsyncGenerator<TrainEvent, SweepEntry> {
  const { isFinal, share } = run;
  const ofRun = { ...control, keeps: isFinal, ...(isFinal ? {} : { trial: { share } }) };
  const began = performance.now();
  let score: number | null = null;
  let steps = 0;
  try {
    const { events, result } = withResult(trainAside(paths, config, ofRun));
    for await (const event of events) {
      if (event.type === "step") steps = event.step;
      if (event.type === "evaluation" && event.isKept) score = event.result.value;
      yield event;
    }
    const { parts, evaluation, seconds } = result();
    const value = metricValue(evaluation.scores, config.metric);
    return { ...run, score, steps, seconds, ...(isFinal ? { final: { part: parts.part, value } } : {}) };
  } catch (error) {
    // A combination of settings that cannot work is an answer too; whatever else goes wrong ends the sweep.
    if (isFinal || error instanceof Interrupted) throw error;
    if (!(error instanceof DivergedError || error instanceof UsageError)) throw error;
    return { ...run, score: null, failure: error.message, steps, seconds: (performance.now() - began) / 1000 };
  }
}
