import { resolve } from "node:path";
import { mapped } from "../generators.ts";
import { byQueue, type Shared } from "./queued-trainer.ts";
import type { RunOrder, RunsEvent, Trainer } from "./run-orders.ts";
import { doneEntry, removePlan } from "./shared-runs.ts";
import type { TrainEvent } from "./train-events.ts";

/** Has several runs trained by the workers of a queue, or if none is given by this process, one after the other. */
export const trainerFor = <Run extends object, Entry extends object>(
  queue: string | undefined,
  shared: Shared,
  train: (order: RunOrder<Run>) => AsyncGenerator<TrainEvent, Entry>,
): Trainer<Run, Entry> => (queue === undefined ? here(shared, train) : byQueue(queue, shared));

/** Runs that workers have finished before, of a command that was given a queue, are not trained again. */
const here = <Run extends object, Entry extends object>(
  { folder, run: plan }: Shared,
  train: (order: RunOrder<Run>) => AsyncGenerator<TrainEvent, Entry>,
): Trainer<Run, Entry> =>
  async function* (orders) {
    await removePlan(resolve(folder));
    for (const order of orders) {
      const { name, number, run } = order;
      yield { type: "run", number, run };
      const known = await doneEntry<Entry>(resolve(folder), { run: plan, name });
      const training = (): AsyncGenerator<RunsEvent<Run, Entry>, Entry> =>
        mapped(train(order), (event): RunsEvent<Run, Entry> => ({ type: "train", event }));
      yield { type: "finished", entry: known ?? (yield* training()) };
    }
  };
