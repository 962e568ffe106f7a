import type { Boundary } from "../../training/state.ts";
import type { CheckpointSettings } from "./settings.ts";

/** Writing checkpoints takes at most one part in so many of a run's time, unless the user says how often. */
const costShare = 30;

/** Decides after which steps a checkpoint is written. */
export class CheckpointPolicy {
  readonly #saveSteps: number | undefined;
  readonly #keepsAll: boolean;
  /** When the last checkpoint was complete, and how long it took to write, in milliseconds. */
  #last = { end: performance.now(), cost: 0 };

  constructor({ saveSteps, saveTotalLimit }: CheckpointSettings) {
    this.#saveSteps = saveSteps;
    this.#keepsAll = saveTotalLimit !== undefined;
  }

  isDue({ why, step, totalSteps }: Pick<Boundary, "why" | "step" | "totalSteps">): boolean {
    // Whoever wants no checkpoints still wants the steps that were made.
    if (why === "unscored") return true;
    if (this.#saveSteps === 0) return false;
    if (why === "stopping") return true;
    if (this.#saveSteps !== undefined) return step % this.#saveSteps === 0;
    if (why !== "evaluation") return false;
    // The last one would be removed at once.
    if (step === totalSteps) return this.#keepsAll;
    return performance.now() - this.#last.end >= costShare * this.#last.cost;
  }

  /** Notes that a checkpoint was begun at `start` and is complete now. */
  wrote(start: number): void {
    const end = performance.now();
    this.#last = { end, cost: end - start };
  }
}
