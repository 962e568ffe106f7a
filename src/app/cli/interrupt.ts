import { exitCodes } from "../../errors.ts";
import type { StatusLine } from "./status-line.ts";

const signals = ["SIGINT", "SIGTERM"] as const;

interface Interrupt {
  /** Back to what the process did before. */
  readonly dispose: () => void;
}

/** Ctrl-C and SIGTERM where there is something to keep: the first says what and stops when it is safe, the second ends at once. */
export function stopOnInterrupt(line: StatusLine, kept: string): Interrupt & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const { dispose } = onSignal(() => {
    if (controller.signal.aborted) end(line);
    line.print(`${kept} Press Ctrl-C again to end at once.`);
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
