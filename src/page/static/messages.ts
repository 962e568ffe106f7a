import type { TabEvent, TabRun, TrainedInTab } from "../../browser-training.ts";
import type { Processor } from "../parts/processor.ts";

/** The messages between a static page and its thread of training. */

/** A message to the thread: the run that it makes, or that the run is to stop. */
export type ToTraining =
  | {
      readonly kind: "train";
      readonly run: Pick<TabRun, "name" | "documents" | "settings">;
      /** The version of Relata. */
      readonly relata: string;
      readonly processor: Processor;
    }
  | { readonly kind: "stop" };

/** A message of the thread: the events of its run in their order, then the model or the reason why there is none. */
export type FromTraining =
  | { readonly kind: "event"; readonly event: TabEvent }
  | { readonly kind: "trained"; readonly trained: TrainedInTab }
  | { readonly kind: "failed"; readonly message: string };
