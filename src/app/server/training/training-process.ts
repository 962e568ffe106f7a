import { fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import type { TrainOptions } from "../../../index.ts";

export interface TrainOrder {
  readonly paths: readonly string[];
  readonly config: TrainOptions;
}

export type FromTraining =
  | { readonly type: "trained"; readonly summary: string }
  /** A failure that the user can mend. */
  | { readonly type: "refused"; readonly message: string };

/** A training that failed, for a reason that the user can mend or not. */
export class TrainingFailed extends Error {
  override readonly name = "TrainingFailed";
}

/**
 * Trains in a process of its own, of a lower priority than the server's, so that requests are answered meanwhile.
 * @returns a sentence on the scores
 * @throws TrainingFailed
 */
export function trainInProcess(order: TrainOrder, signal: AbortSignal): Promise<string> {
  const child = fork(new URL("./training-child.js", import.meta.url), {
    serialization: "advanced",
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not every system allows it.
  }
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    // A closed channel asks the process to end.
    const stop = (): void => {
      if (child.connected) child.disconnect();
      timer = setTimeout(() => child.kill("SIGKILL"), 5000);
    };
    signal.addEventListener("abort", stop, { once: true });
    let answer: FromTraining | undefined;
    child.once("message", (message: FromTraining) => {
      answer = message;
      if (child.connected) child.disconnect();
    });
    child.once("error", (error) => reject(new TrainingFailed(error.message)));
    child.once("exit", (code, ending) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      if (answer?.type === "trained") resolve(answer.summary);
      else if (answer) reject(new TrainingFailed(answer.message));
      else if (signal.aborted) reject(new TrainingFailed("it was stopped."));
      else reject(new TrainingFailed(`its process ended ${ending ? `by ${ending}` : `with code ${code}`}.`));
    });
    child.send(order, () => {});
    if (signal.aborted) stop();
  });
}
