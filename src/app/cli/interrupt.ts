/**
 * Ctrl-C and SIGTERM while work goes on: the first asks it to stop and to keep what it has, the second ends the process
 * at once.
 */
export function onInterrupt(tell: (message: string) => void): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    tell("Stopping after this step; the best model so far is kept. Press Ctrl-C again to end at once.");
    controller.abort();
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, stop);
  return {
    signal: controller.signal,
    dispose() {
      for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, stop);
    },
  };
}
