import { UsageError, UserError } from "../errors.ts";
import type { LoopSettings } from "./loop-settings.ts";

type Rates = Pick<LoopSettings, "learningRate" | "headLearningRate">;

/** Thrown if the loss or the gradient of a run is no longer a number, or has grown far beyond the loss of a guess. */
export class DivergedError extends UserError {
  override readonly name = "DivergedError";
  readonly step: number;
  constructor(step: number, found: string, { learningRate, headLearningRate }: Rates) {
    const ofHead = headLearningRate === undefined ? "" : ` and --head-learning-rate (now ${headLearningRate})`;
    super(
      `Training diverged at step ${step}: ${found}. A model saved ` +
        `before it is kept. Lower --learning-rate (now ${learningRate})${ofHead}, or raise --warmup-ratio.`,
    );
    this.step = step;
  }
}

/** A rate above which no run of AdamW learns: each step moves each weight by about the rate, and weights are about 0.02. */
const absurdRate = 0.5;

/** @throws UsageError for a learning rate that can only destroy the weights */
export function requireSaneRates({ learningRate, headLearningRate }: Rates): void {
  const rates = { "--learning-rate": learningRate, "--head-learning-rate": headLearningRate ?? 0 };
  for (const [flag, rate] of Object.entries(rates)) {
    if (rate <= absurdRate) continue;
    throw new UsageError(
      `${flag}: ${rate} would destroy the weights. Each step moves each weight by about the rate, and weights are about 0.02: ` +
        "usual are 1e-5 to 5e-5 for a pre-trained model, up to 1e-3 for a small one from random weights. " +
        "Leave the flag out for the rate of the model.",
    );
  }
}

const [firstSteps, jumpSteps, plateauSteps] = [5, 3, 20];

/**
 * Watches the losses of a run for one that explodes. The loss of an untrained model is that of a guess, some units at
 * most; a rate that is too high brings it far above that, mostly at once, and dropout or an odd batch never does.
 */
export class LossWatch {
  readonly #losses: number[] = [];
  #steps = 0;
  /** The mean loss of the first steps, at least 1. */
  #begin = 0;

  /** @throws DivergedError if the losses have exploded */
  see(step: number, loss: number, rates: Rates): void {
    this.#steps++;
    this.#losses.push(loss);
    if (this.#losses.length > plateauSteps) this.#losses.shift();
    if (this.#steps === firstSteps) this.#begin = Math.max(1, mean(this.#losses));
    if (this.#steps < firstSteps + jumpSteps) return;
    const hasJumped = mean(this.#losses.slice(-jumpSteps)) > 10 * this.#begin;
    const staysHigh = this.#steps >= firstSteps + plateauSteps && mean(this.#losses) > 2 * this.#begin;
    if (!hasJumped && !staysHigh) return;
    const now = mean(this.#losses.slice(hasJumped ? -jumpSteps : 0));
    throw new DivergedError(
      step,
      `its loss has grown from ${this.#begin.toFixed(1)} to ${now.toFixed(1)}, worse than guessing`,
      rates,
    );
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
