import { readdirSync } from "node:fs";

/** The newest step of a run in a folder that has not ended: it keeps its checkpoints until then. Undefined if it has. */
export function stoppedStep(folder: string): number | undefined {
  const steps = readdirSync(folder).flatMap((name) => {
    const [, step] = /^checkpoint-(\d+)$/.exec(name) ?? [];
    return step === undefined ? [] : [Number(step)];
  });
  return steps.length > 0 ? Math.max(...steps) : undefined;
}
