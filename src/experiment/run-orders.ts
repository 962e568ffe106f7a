import type { TrainConfig } from "../config.ts";
import type { QueueEvent } from "../queue/queue-silence.ts";
import type { RunLedger } from "./run-ledger.ts";
import type { TrainEvent } from "./train-events.ts";

/** One of several runs, as it is to be trained. */
export interface RunOrder<Run> {
  /** Its name among the runs of the folder, fit for a file. */
  readonly name: string;
  /** Its number, for people. */
  readonly number: number;
  readonly run: Run;
  /** Its settings, whole. */
  readonly config: TrainConfig;
}

export type RunsEvent<Run, Entry> =
  | { readonly type: "run"; readonly number: number; readonly run: Run }
  /** Of the run under way, if this process trains it. */
  | { readonly type: "train"; readonly event: TrainEvent }
  | { readonly type: "finished"; readonly entry: Entry }
  /** So many runs were given to the workers of a queue. */
  | { readonly type: "queued"; readonly runs: number }
  /** So many of them are done. */
  | { readonly type: "waiting"; readonly done: number; readonly total: number }
  | QueueEvent;

/** Trains runs that do not depend on each other. They end in the order of the list, each by `run` and `finished`. */
export type Trainer<Run, Entry> = (orders: readonly RunOrder<Run>[]) => AsyncGenerator<RunsEvent<Run, Entry>, void>;

/** Trains runs and notes each in the ledger as it ends. */
export async function* recorded<Run, Entry extends object>(
  orders: readonly RunOrder<Run>[],
  trainer: Trainer<Run, Entry>,
  ledger: RunLedger<Entry>,
): AsyncGenerator<RunsEvent<Run, Entry>, void> {
  for await (const event of trainer(orders)) {
    if (event.type === "finished") await ledger.add(event.entry);
    yield event;
  }
}
