import { add, div, input, mul, sqrt, sub, type Graph, type Tensor } from "../autodiff/index.ts";
import type { DeviceOptions } from "../runtime/device.ts";
import type { InPlaceSession } from "../runtime/session.ts";
import { float32, type TensorValue } from "../runtime/values.ts";
import { AdamWKernel, type AdamWArrays } from "./adamw-kernel.ts";

/** The numbers of one step, the same for every weight but `keep`. */
export interface AdamWStep {
  readonly beta1: number;
  readonly beta2: number;
  /** The factor of every gradient. */
  readonly scale: number;
  /** 1 − learning rate · weight decay. */
  readonly keep: number;
  /** The learning rate divided by the bias correction of the first moment. */
  readonly stepSize: number;
  /** Square root of the bias correction of the second moment. */
  readonly correction: number;
  readonly epsilon: number;
}

// Length of a slice whose intermediate values stay in the cache; shorter slices cost more calls.
const longestSlice = 800_000;

/** The threads of ONNX Runtime that the kernel, which works on one, was measured to be faster than; the bytes are the same. */
const mostKernelThreads = 2;

const scalarNames = ["beta1", "beta2", "ofGradient", "ofSquare", "keep", "spread", "epsilon"] as const;
type Scalars = Record<(typeof scalarNames)[number], number>;

/**
 * m′ = β₁m + (1−β₁)·g,  v′ = β₂v + (1−β₂)·g²,  w′ = keep·w − stepSize·m′/(√v′/correction + ε), with g the scaled gradient:
 * AdamW as a graph of its own, so that ONNX Runtime's threads work on it. Each input that is overwritten has one reader,
 * on which the written value depends, so outputs may share the memory of inputs.
 */
export class AdamWGraph {
  readonly #update: InPlaceSession | AdamWKernel;
  readonly #decay: InPlaceSession;
  readonly #longest: number;

  private constructor(update: InPlaceSession | AdamWKernel, decay: InPlaceSession, longest: number) {
    this.#longest = longest;
    this.#update = update;
    this.#decay = decay;
  }

  static async create({ device, ...options }: DeviceOptions): Promise<AdamWGraph> {
    // Undefined and 0 are all cores.
    const { intraOpNumThreads: threads = 0 } = options;
    const isInKernel = device.memory === undefined && threads > 0 && threads <= mostKernelThreads;
    const update = isInKernel ? await AdamWKernel.create() : await device.compileInPlace(updateGraph(), options);
    const decay = await device.compileInPlace(decayGraph(), options);
    // A device with memory of its own has no cache of ours to care for, and knows whole arrays alone.
    return new AdamWGraph(update, decay, device.memory ? Infinity : longestSlice);
  }

  async step(arrays: AdamWArrays, step: AdamWStep): Promise<void> {
    const { beta1, beta2, scale, keep, correction, epsilon } = step;
    // At a learning rate of 0 the divisor would be 0 times infinity.
    const stepSize = Math.max(step.stepSize, 1e-30);
    // stepSize·m/(√v/correction + ε) = m/(√v/(correction·stepSize) + ε/stepSize): one division.
    const scalars = {
      beta1,
      beta2,
      ofGradient: (1 - beta1) * scale,
      ofSquare: (1 - beta2) * scale ** 2,
      keep,
      spread: 1 / (correction * stepSize),
      epsilon: epsilon / stepSize,
    };
    if (this.#update instanceof AdamWKernel) return this.#update.step(arrays, scalars);
    const scalarsFed = scalarFeeds(scalars);
    for (const part of slices(arrays.weight.length, this.#longest)) {
      const weight = part(arrays.weight);
      const firstMoment = part(arrays.firstMoment);
      const secondMoment = part(arrays.secondMoment);
      const feeds = { weight, gradient: part(arrays.gradient), firstMoment, secondMoment };
      const outputs = { newFirst: firstMoment, newSecond: secondMoment, newWeight: weight };
      await this.#update.runInto(new Map([...Object.entries(feeds), ...scalarsFed]), new Map(Object.entries(outputs)));
    }
  }

  /** Decays weights that never had a gradient. */
  async decay(weights: Float32Array, keep: number): Promise<void> {
    for (const part of slices(weights.length, this.#longest)) {
      const weight = part(weights);
      const feeds = new Map([
        ["weight", weight],
        ["keep", float32(Float32Array.of(keep), [])],
      ]);
      await this.#decay.runInto(feeds, new Map([["newWeight", weight]]));
    }
  }

  async dispose(): Promise<void> {
    if (!(this.#update instanceof AdamWKernel)) await this.#update.dispose();
    await this.#decay.dispose();
  }
}

function updateGraph(): Graph {
  const array = (name: string): Tensor => input(name, ["elements"]);
  const weight = array("weight");
  const gradient = array("gradient");
  const first = array("firstMoment");
  const second = array("secondMoment");
  const scalars = Object.fromEntries(scalarNames.map((name) => [name, input(name, [])])) as Record<
    keyof Scalars,
    Tensor
  >;
  const newFirst = add(mul(first, scalars.beta1), mul(gradient, scalars.ofGradient));
  const newSecond = add(mul(second, scalars.beta2), mul(mul(gradient, gradient), scalars.ofSquare));
  const update = div(newFirst, add(mul(sqrt(newSecond), scalars.spread), scalars.epsilon));
  const outputs = new Map([
    ["newFirst", newFirst],
    ["newSecond", newSecond],
    ["newWeight", sub(mul(weight, scalars.keep), update)],
  ]);
  const inputs = [weight, gradient, first, second, ...Object.values(scalars)];
  return { name: "adamw", inputs, outputs };
}

function decayGraph(): Graph {
  const [weight, keep] = [input("weight", ["elements"]), input("keep", [])];
  return { name: "decay", inputs: [weight, keep], outputs: new Map([["newWeight", mul(weight, keep)]]) };
}

const scalarFeeds = (values: Scalars): [string, TensorValue][] =>
  scalarNames.map((name) => [name, float32(Float32Array.of(values[name]), [])]);

/** Yields views of the same slice of each array, slice by equal slice; the arrays themselves if one slice holds all. */
function* slices(length: number, longest: number): Generator<(array: Float32Array) => TensorValue> {
  if (length <= longest) {
    yield (array) => float32(array, [length]);
    return;
  }
  const step = Math.ceil(length / Math.ceil(length / longest));
  for (let start = 0; start < length; start += step) {
    const end = Math.min(start + step, length);
    yield (array) => float32(array.subarray(start, end), [end - start]);
  }
}
