// A training by several ranks, all of them in this process: they meet at a port of this machine, as processes would.
import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { trainConfig, type TrainOptions } from "../../src/config.ts";
import { openSafetensors } from "../../src/model/weights/safetensors/read.ts";
import type { Weights } from "../../src/nn/parameters.ts";
import { joinTraining, type JoinedTraining } from "../../src/experiment/join-training.ts";
import { train, type TrainEvent, type TrainResult } from "../../src/recipes/train.ts";

export interface RanksRun {
  readonly events: readonly TrainEvent[];
  readonly result: TrainResult;
  readonly joined: readonly JoinedTraining[];
}

/** A port that nobody listened at a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Takes all events of a generator; returns its result. */
export async function taken<E, R>(work: AsyncGenerator<E, R>, see: (event: E) => void = () => {}): Promise<R> {
  for (;;) {
    const next = await work.next();
    if (next.done) return next.value;
    see(next.value);
  }
}

/** Trains by `size` ranks into a folder; one alone is a run without ranks. */
export async function trainByRanks(
  size: number,
  data: string,
  settings: TrainOptions,
  stopAfter?: number,
): Promise<RanksRun> {
  const events: TrainEvent[] = [];
  let isStopping = false;
  const see = (event: TrainEvent): void => {
    events.push(event);
    isStopping ||= event.type === "step" && event.step === stopAfter;
  };
  const rendezvous = `tcp://127.0.0.1:${await freePort()}`;
  const configOf = (rank: number) =>
    trainConfig.parse({ ...settings, ...(size > 1 && { rendezvous, rank, worldSize: size, rankTimeout: 60 }) });
  const root = taken(train([data], configOf(0), { shouldStop: () => isStopping }), see);
  const others = Array.from({ length: size - 1 }, (_, i) => taken(joinTraining([data], configOf(i + 1))));
  const [result, ...joined] = await Promise.all([root, ...others]);
  return { events, result, joined };
}

/** The weights of the newest checkpoint in a folder. */
export async function lastWeights(folder: string): Promise<Weights> {
  const steps = readdirSync(folder).flatMap((name) => /^checkpoint-(\d+)$/.exec(name)?.[1] ?? []);
  const newest = Math.max(...steps.map(Number));
  const file = await openSafetensors(join(folder, `checkpoint-${newest}`, "model.safetensors"));
  const weights: Weights = new Map();
  for (const name of file.names) weights.set(name, { shape: file.info(name).shape, data: await file.read(name) });
  await file.close();
  return weights;
}

/**
 * The largest difference of two models' weights. Biases of attention keys are left out: the softmax does not see them, so
 * that their gradient is zero but for rounding, and AdamW makes steps of the rounding.
 */
export const largestDifference = (a: Weights, b: Weights): number =>
  [...a].reduce((most, [name, { data }]) => {
    if (/\.(?:key|k_lin)\.bias$/.test(name)) return most;
    const other = b.get(name)!.data;
    return data.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i]!)), most);
  }, 0);
