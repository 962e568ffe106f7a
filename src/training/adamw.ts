import type { ParameterSpec, Weights } from "../nn/parameters.ts";
import type { DeviceOptions } from "../runtime/device.ts";
import { float32, type TensorValue } from "../runtime/values.ts";
import { AdamWGraph, type AdamWStep } from "./adamw-graph.ts";
import type { AdamWArrays } from "./adamw-kernel.ts";
import type { Gradients, RowGradient } from "./gradients.ts";
import type { MakeOptimizer, Optimizer, OptimizerState } from "./optimizer.ts";

export interface AdamWOptions {
  /** Decoupled weight decay: a step shrinks a weight by learningRate · weightDecay, whatever its gradient. */
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Least number of elements for which ONNX Runtime or the kernel is used; below, a call costs more than it saves. */
  readonly smallestGraphArray?: number;
}

interface Slot {
  readonly name: string;
  readonly weight: Float32Array;
  /** Number of elements of a row. */
  readonly width: number;
  readonly decay: number;
  readonly isOfHead: boolean;
  readonly rateFactor: number;
  /** Moments, made at the first gradient: a parameter without gradients needs none. */
  moments?: Moments;
  /** Moments of the rows of a table that had a gradient so far; all others are zero. */
  readonly rowMoments: Map<number, Moments>;
}

const valuesOf = (moments: Moments): TensorValue[] =>
  [moments.firstMoment, moments.secondMoment].map((array) => float32(array, [array.length]));

type Moments = Pick<AdamWArrays, "firstMoment" | "secondMoment">;

const zeroMoments = (length: number): Moments => ({
  firstMoment: new Float32Array(length),
  secondMoment: new Float32Array(length),
});

/**
 * Biases and LayerNorm weights are not decayed, as in LUKE's own training and the Hugging Face Trainer; some encoders call
 * such a layer `…_layer_norm` or `norm`.
 */
export const isDecayed = (name: string): boolean => !/\.bias$|(?:LayerNorm|_norm|\.norm)\.weight$/.test(name);

/**
 * AdamW (Loshchilov and Hutter, 2019) with the arithmetic of `torch.optim.AdamW`, bias correction included; updates the
 * weights in place. A parameter, or a row of a table, that never had a gradient is only decayed, as torch does for a
 * gradient of zeros.
 */
export class AdamW implements Optimizer {
  readonly #slots: readonly Slot[];
  readonly #options: AdamWOptions & DeviceOptions;
  readonly #graph: AdamWGraph;
  #step = 0;

  private constructor(slots: readonly Slot[], options: AdamWOptions & DeviceOptions, graph: AdamWGraph) {
    this.#slots = slots;
    this.#options = options;
    this.#graph = graph;
  }

  static async create(
    weights: Weights,
    specs: readonly ParameterSpec[],
    options: AdamWOptions & DeviceOptions,
  ): Promise<AdamW> {
    const slots = specs
      .filter(({ trainable }) => trainable !== false)
      .map(({ name, shape, isOfHead = false, rateFactor = 1 }): Slot => {
        const decay = isDecayed(name) ? options.weightDecay : 0;
        const weight = weights.get(name)!.data;
        return { name, weight, width: shape.at(-1)!, decay, isOfHead, rateFactor, rowMoments: new Map() };
      });
    return new AdamW(slots, options, await AdamWGraph.create(options));
  }

  /**
   * Takes one step. `scale` multiplies every gradient: 1, or less if their norm is clipped. The head's parameters are
   * updated and decayed at `headLearningRate`, all others at `learningRate`; each times its `rateFactor`.
   */
  async step(
    { dense, tables }: Gradients,
    learningRate: number,
    scale = 1,
    headLearningRate = learningRate,
  ): Promise<void> {
    this.#step++;
    const { beta1, beta2, epsilon } = this.#options;
    const correction = Math.sqrt(1 - beta2 ** this.#step);
    for (const slot of this.#slots) {
      const rate = (slot.isOfHead ? headLearningRate : learningRate) * slot.rateFactor;
      const stepSize = rate / (1 - beta1 ** this.#step);
      const step = { beta1, beta2, epsilon, scale, stepSize, correction, keep: 1 - rate * slot.decay };
      const gradient = dense.get(slot.name);
      if (gradient) await this.#stepWhole(slot, gradient, step);
      else await this.#stepRows(slot, tables.get(slot.name), step);
    }
  }

  async fetch(): Promise<void> {
    await this.#options.device.memory?.fetch(this.#moments());
  }

  /** Returns moments by parameter, those of a whole parameter not copied; for a table, the rows that had a gradient and the moments of these rows in order. */
  state(): OptimizerState {
    const arrays = this.#slots.flatMap(({ name, moments, rowMoments, width }) => {
      const rows = [...rowMoments.values()];
      const joined = (of: keyof Moments): Float32Array => {
        const array = new Float32Array(rows.length * width);
        for (const [i, row] of rows.entries()) array.set(row[of], i * width);
        return array;
      };
      return [
        ...(moments
          ? ([
              [`${name}.firstMoment`, moments.firstMoment],
              [`${name}.secondMoment`, moments.secondMoment],
            ] as const)
          : []),
        ...(rows.length > 0
          ? ([
              [`${name}.rows`, Int32Array.from(rowMoments.keys())],
              [`${name}.rows.firstMoment`, joined("firstMoment")],
              [`${name}.rows.secondMoment`, joined("secondMoment")],
            ] as const)
          : []),
      ];
    });
    return { step: this.#step, arrays: new Map<string, Float32Array | Int32Array>(arrays) };
  }

  restore({ step, arrays }: OptimizerState): void {
    const floats = (name: string, length: number): Float32Array => {
      const array = arrays.get(name);
      if (array instanceof Float32Array && array.length === length) return array.slice();
      throw new Error(
        `Cannot restore AdamW: expected ${length} numbers for ${name}, found ${array ? array.length : "none"}`,
      );
    };
    const moments = (prefix: string, length: number): Moments => ({
      firstMoment: floats(`${prefix}.firstMoment`, length),
      secondMoment: floats(`${prefix}.secondMoment`, length),
    });
    const known = new Set(this.#slots.map(({ name }) => name));
    const strange = [...arrays.keys()].find((key) => !known.has(key.replace(/(?:\.rows)?(?:\.\w+Moment)?$/, "")));
    if (strange !== undefined)
      throw new Error(`Cannot restore AdamW: ${strange} belongs to no parameter of this model`);
    this.#step = step;
    for (const slot of this.#slots) {
      const { name, width } = slot;
      delete slot.moments;
      if (arrays.has(`${name}.firstMoment`)) slot.moments = moments(name, slot.weight.length);
      slot.rowMoments.clear();
      const rows = arrays.get(`${name}.rows`) ?? new Int32Array();
      if (rows.length === 0) continue;
      const joined = moments(`${name}.rows`, rows.length * width);
      const part = (array: Float32Array, i: number): Float32Array => array.slice(i * width, (i + 1) * width);
      for (const [i, row] of rows.entries()) {
        const { firstMoment, secondMoment } = joined;
        slot.rowMoments.set(row, { firstMoment: part(firstMoment, i), secondMoment: part(secondMoment, i) });
      }
    }
  }

  async dispose(): Promise<void> {
    this.#options.device.memory?.release(this.#moments());
    await this.#graph.dispose();
  }

  #moments(): TensorValue[] {
    return this.#slots.flatMap(({ moments }) => (moments ? valuesOf(moments) : []));
  }

  async #stepWhole(slot: Slot, gradient: Float32Array, step: AdamWStep): Promise<void> {
    const { weight } = slot;
    slot.moments ??= zeroMoments(weight.length);
    await this.#options.device.memory?.hold(valuesOf(slot.moments));
    const arrays = { weight, gradient, ...slot.moments };
    if (this.#isInGraph(weight)) await this.#graph.step(arrays, step);
    else updateInPlace(arrays, step);
  }

  /** Updates a table: all rows are decayed; those with a gradient now or before also take a step. */
  async #stepRows(
    { weight, width, rowMoments }: Slot,
    gradient: RowGradient | undefined,
    step: AdamWStep,
  ): Promise<void> {
    const { keep, ...move } = step;
    if (keep !== 1 && this.#isInGraph(weight)) await this.#graph.decay(weight, keep);
    else if (keep !== 1) for (let i = 0; i < weight.length; i++) weight[i]! *= keep;
    const rowOf = (array: Float32Array, row: number): Float32Array => array.subarray(row * width, (row + 1) * width);
    const places = new Map(Array.from(gradient?.rows ?? [], (row, place) => [row, place]));
    for (const row of places.keys()) if (!rowMoments.has(row)) rowMoments.set(row, zeroMoments(width));
    const zeros = new Float32Array(width);
    for (const [row, moments] of rowMoments) {
      const place = places.get(row);
      const ofRow = place === undefined ? zeros : rowOf(gradient!.values, place);
      updateInPlace({ weight: rowOf(weight, row), gradient: ofRow, ...moments }, { ...move, keep: 1 });
    }
  }

  #isInGraph(weight: Float32Array): boolean {
    const { device, smallestGraphArray = 2 ** 17 } = this.#options;
    return device.memory !== undefined || weight.length >= smallestGraphArray;
  }
}

/** Makes AdamW with the settings of a run. */
export const adamW: MakeOptimizer = (weights, specs, settings, device) =>
  AdamW.create(weights, specs, {
    weightDecay: settings.weightDecay,
    beta1: settings.adamBeta1,
    beta2: settings.adamBeta2,
    epsilon: settings.adamEpsilon,
    intraOpNumThreads: settings.threads,
    device,
  });

/** Computes the same as AdamWGraph, for short arrays. */
function updateInPlace({ weight, gradient, firstMoment, secondMoment }: AdamWArrays, step: AdamWStep): void {
  const { beta1, beta2, epsilon, scale, keep, stepSize, correction } = step;
  for (let i = 0; i < weight.length; i++) {
    const g = gradient[i]! * scale;
    const m = beta1 * firstMoment[i]! + (1 - beta1) * g;
    const v = beta2 * secondMoment[i]! + (1 - beta2) * g * g;
    firstMoment[i] = m;
    secondMoment[i] = v;
    weight[i] = weight[i]! * keep - (stepSize * m) / (Math.sqrt(v) / correction + epsilon);
  }
}
