import { exitCodes } from "../../errors.ts";
import type { StatusLine } from "./status-line.ts";

const signals = ["SIGINT", "SIGTERM"] as const;

interface Interrupt {
  /** Back to what the process did before. */
  readonly dispose: () => void;
}

/** Ctrl-C and SIGTERM while a model is trained: the first stops after the step and keeps the best model, the second ends at once. */
export function stopOnInterrupt(line: StatusLine): Interrupt & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const { dispose } = onSignal(() => {
    if (controller.signal.aborted) end(line);
    line.print("Stopping after this step; the best model so far is kept. Press Ctrl-C again to end at once.");
    controller.abort();
  });
  return { signal: controller.signal, dispose };
}

/** The same while there is nothing to keep: what was printed is out, the rest is not wanted. */
export const endOnInterrupt = (line: StatusLine): Interrupt => onSignal(() => end(line));

function onSignal(act: () => void): Interrupt {
  for (const name of signals) process.on(name, act);
  return {
    dispose: () => {
      for (const name of signals) process.off(name, act);
    },
  };
}

function end(line: StatusLine): never {
  line.clear();
  process.exit(exitCodes.interrupted);
}
