import type { ParameterSpec, Weights } from "../luke/parameters.ts";

export interface AdamWOptions {
  /** Decoupled: a step shrinks a weight by learningRate · weightDecay, whatever its gradient. */
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

interface Slot {
  readonly weight: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  readonly decay: number;
}

/** Biases and LayerNorm weights are not decayed, as in LUKE's own training and the Hugging Face Trainer. */
export const isDecayed = (name: string): boolean => !name.endsWith(".bias") && !name.endsWith("LayerNorm.weight");

/**
 * AdamW (Loshchilov and Hutter, 2019) with the arithmetic of `torch.optim.AdamW`, bias correction included; updates the
 * weights in place. A parameter without a gradient is decayed only, as torch does for a gradient of zeros.
 */
export class AdamW {
  readonly #slots = new Map<string, Slot>();
  readonly #options: AdamWOptions;
  #step = 0;

  constructor(weights: Weights, specs: readonly ParameterSpec[], options: AdamWOptions) {
    this.#options = options;
    for (const { name, trainable } of specs) {
      if (trainable === false) continue;
      const weight = weights.get(name)!.data;
      this.#slots.set(name, {
        weight,
        firstMoment: new Float32Array(weight.length),
        secondMoment: new Float32Array(weight.length),
        decay: isDecayed(name) ? options.weightDecay : 0,
      });
    }
  }

  /** One step. `scale` multiplies every gradient: 1, or less where their norm is clipped. */
  step(gradients: ReadonlyMap<string, Float32Array>, learningRate: number, scale = 1): void {
    this.#step++;
    const { beta1, beta2, epsilon } = this.#options;
    const stepSize = learningRate / (1 - beta1 ** this.#step);
    const correction = Math.sqrt(1 - beta2 ** this.#step);
    for (const [name, { weight, firstMoment, secondMoment, decay }] of this.#slots) {
      const keep = 1 - learningRate * decay;
      const gradient = gradients.get(name);
      if (!gradient) {
        if (keep !== 1) for (let i = 0; i < weight.length; i++) weight[i]! *= keep;
        continue;
      }
      for (let i = 0; i < weight.length; i++) {
        const g = gradient[i]! * scale;
        const m = beta1 * firstMoment[i]! + (1 - beta1) * g;
        const v = beta2 * secondMoment[i]! + (1 - beta2) * g * g;
        firstMoment[i] = m;
        secondMoment[i] = v;
        weight[i] = weight[i]! * keep - (stepSize * m) / (Math.sqrt(v) / correction + epsilon);
      }
    }
  }
}
