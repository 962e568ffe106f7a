/** The state of a `LossScaler`, which a resumed run needs. */
export interface LossScalerState {
  readonly scale: number;
  /** The steps since the scale last changed or gradients last overflowed. */
  readonly growthTracker: number;
  /** The steps that were skipped so far. */
  readonly skippedSteps: number;
}

/** The settings of `torch.amp.GradScaler`. */
const initialScale = 2 ** 16;
const growthFactor = 2;
const backoffFactor = 0.5;
const growthInterval = 2000;

const fresh: LossScalerState = { scale: initialScale, growthTracker: 0, skippedSteps: 0 };

/**
 * Dynamic loss scaling with the arithmetic of `torch.amp.GradScaler`: the loss is multiplied by a scale, so that small
 * gradients are not rounded to zero in float16. If gradients overflow, the step is skipped and the scale halved; after 2000
 * steps without an overflow it doubles.
 */
export class LossScaler {
  #state: LossScalerState;

  constructor(state: LossScalerState = fresh) {
    this.#state = state;
  }

  get scale(): number {
    return this.#state.scale;
  }

  get skippedSteps(): number {
    return this.#state.skippedSteps;
  }

  get state(): LossScalerState {
    return this.#state;
  }

  /** Notes whether the gradients of a step were finite; changes the scale of the next step. */
  update(isFinite: boolean): void {
    const { scale, growthTracker, skippedSteps } = this.#state;
    if (!isFinite) {
      this.#state = { scale: scale * backoffFactor, growthTracker: 0, skippedSteps: skippedSteps + 1 };
      return;
    }
    const isDue = growthTracker + 1 === growthInterval;
    // A scale that is no longer a float32 is not taken, as in torch.
    const grown = isDue && Number.isFinite(Math.fround(scale * growthFactor)) ? scale * growthFactor : scale;
    this.#state = { scale: grown, growthTracker: isDue ? 0 : growthTracker + 1, skippedSteps };
  }
}
