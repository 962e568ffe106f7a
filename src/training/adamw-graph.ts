import { add, cast, div, input, mul, scalar, sqrt, sub, type DType, type Tensor } from "../autodiff/index.ts";
import { apply1, type Op } from "../autodiff/tensor.ts";
import { lower } from "../onnx/lower.ts";
import {
  createInPlaceSession,
  float16,
  float32,
  type InPlaceSession,
  type SessionOptions,
  type TensorValue,
} from "../runtime/session.ts";

/** The numbers of one step, the same for every weight but `keep`. */
export interface AdamWStep {
  readonly beta1: number;
  readonly beta2: number;
  /** Multiplies every gradient. */
  readonly scale: number;
  /** 1 − learning rate · weight decay. */
  readonly keep: number;
  /** The learning rate over the bias correction of the first moment. */
  readonly stepSize: number;
  /** Square root of the bias correction of the second moment. */
  readonly correction: number;
  readonly epsilon: number;
}

/** Where AdamW works, each array written in place. */
export interface AdamWArrays {
  readonly weight: Float32Array;
  readonly gradient: Float32Array;
  /** Bits of float16, times 2^10, where the graph is made for it. */
  readonly firstMoment: Float32Array | Uint16Array;
  readonly secondMoment: Float32Array;
}

export interface AdamWGraphOptions extends SessionOptions {
  /**
   * Keeps first moments in half the room. They follow gradients closely, so an error of 1/2048 is forgotten in a few steps;
   * second moments change by a thousandth a step, which float16 would round away, and stay as they are.
   */
  readonly halfFirstMoment?: boolean;
}

/** First moments below 6e-8 or above 64 would not fit into float16 well; clipped gradients are between. */
const halfScale = 2 ** 10;

/** The greatest number in float16. */
const greatestHalf = 65504;

// Of a slice at most so long, what is computed stays in the cache; shorter ones cost more calls.
const longestSlice = 800_000;

const scalarNames = ["beta1", "beta2", "ofGradient", "ofSquare", "keep", "spread", "epsilon"] as const;
type Scalars = Record<(typeof scalarNames)[number], number>;

/** y = x within ±limit; of no use where gradients flow. */
const withinOp: Op<readonly [x: Tensor, min: Tensor, max: Tensor]> = {
  onnx: "Clip",
  infer: ([x]) => [{ shape: x.shape, dtype: x.dtype }],
  gradient: () => [null, null, null],
};
const within = (x: Tensor, limit: number): Tensor => apply1(withinOp, [x, scalar(-limit), scalar(limit)]);

/**
 * m′ = β₁m + (1−β₁)·g,  v′ = β₂v + (1−β₂)·g²,  w′ = keep·w − stepSize·m′/(√v′/correction + ε), with g the scaled gradient:
 * AdamW as a graph of its own, so that ONNX Runtime's threads work on it. Every weight is written by the op that reads it
 * last, so outputs may stand where inputs stand.
 */
export class AdamWGraph {
  readonly #update: InPlaceSession;
  readonly #decay: InPlaceSession;
  readonly #isHalf: boolean;

  private constructor(update: InPlaceSession, decay: InPlaceSession, isHalf: boolean) {
    this.#update = update;
    this.#decay = decay;
    this.#isHalf = isHalf;
  }

  static async create({ halfFirstMoment = false, ...options }: AdamWGraphOptions): Promise<AdamWGraph> {
    const update = await createInPlaceSession(updateModel(halfFirstMoment), options);
    return new AdamWGraph(update, await createInPlaceSession(decayModel(), options), halfFirstMoment);
  }

  async step(arrays: AdamWArrays, step: AdamWStep): Promise<void> {
    const { beta1, beta2, scale, keep, correction, epsilon } = step;
    // At a learning rate of 0 the divisor would be 0 times infinity.
    const stepSize = Math.max(step.stepSize, 1e-30);
    // stepSize·m/(√v/correction + ε) = m/(√v/(correction·stepSize) + ε/stepSize): one division, and m may have a scale.
    const scaleOfFirst = this.#isHalf ? halfScale : 1;
    const scalars = scalarFeeds({
      beta1,
      beta2,
      ofGradient: (1 - beta1) * scale * scaleOfFirst,
      ofSquare: (1 - beta2) * scale ** 2,
      keep,
      spread: scaleOfFirst / (correction * stepSize),
      epsilon: (scaleOfFirst * epsilon) / stepSize,
    });
    for (const part of slices(arrays.weight.length)) {
      const weight = part(arrays.weight);
      const firstMoment = part(arrays.firstMoment);
      const secondMoment = part(arrays.secondMoment);
      const feeds = { weight, gradient: part(arrays.gradient), firstMoment, secondMoment };
      const outputs = { newFirst: firstMoment, newSecond: secondMoment, newWeight: weight };
      await this.#update.runInto(new Map([...Object.entries(feeds), ...scalars]), new Map(Object.entries(outputs)));
    }
  }

  /** What a step does to weights that never had a gradient. */
  async decay(weights: Float32Array, keep: number): Promise<void> {
    for (const part of slices(weights.length)) {
      const weight = part(weights);
      const feeds = new Map([
        ["weight", weight],
        ["keep", float32(Float32Array.of(keep), [])],
      ]);
      await this.#decay.runInto(feeds, new Map([["newWeight", weight]]));
    }
  }

  async dispose(): Promise<void> {
    await this.#update.dispose();
    await this.#decay.dispose();
  }
}

function updateModel(isHalf: boolean): Uint8Array {
  const array = (name: string, dtype?: DType): Tensor => input(name, ["elements"], dtype);
  const weight = array("weight");
  const gradient = array("gradient");
  const first = array("firstMoment", isHalf ? "float16" : "float32");
  const second = array("secondMoment");
  const scalars = Object.fromEntries(scalarNames.map((name) => [name, input(name, [])])) as Record<
    keyof Scalars,
    Tensor
  >;
  const sum = add(mul(cast(first, "float32"), scalars.beta1), mul(gradient, scalars.ofGradient));
  const newFirst = isHalf ? within(sum, greatestHalf) : sum;
  const newSecond = add(mul(second, scalars.beta2), mul(mul(gradient, gradient), scalars.ofSquare));
  const update = div(newFirst, add(mul(sqrt(newSecond), scalars.spread), scalars.epsilon));
  const outputs = new Map([
    ["newFirst", cast(newFirst, first.dtype)],
    ["newSecond", newSecond],
    ["newWeight", sub(mul(weight, scalars.keep), update)],
  ]);
  const inputs = [weight, gradient, first, second, ...Object.values(scalars)];
  return lower({ name: "adamw", inputs, outputs });
}

function decayModel(): Uint8Array {
  const [weight, keep] = [input("weight", ["elements"]), input("keep", [])];
  return lower({ name: "decay", inputs: [weight, keep], outputs: new Map([["newWeight", mul(weight, keep)]]) });
}

const scalarFeeds = (values: Scalars): [string, TensorValue][] =>
  scalarNames.map((name) => [name, float32(Float32Array.of(values[name]), [])]);

/** Views of the same part of arrays of this length, part by equal part. */
function* slices(length: number): Generator<(array: Float32Array | Uint16Array) => TensorValue> {
  const step = Math.ceil(length / Math.ceil(length / longestSlice));
  for (let start = 0; start < length; start += step) {
    const end = Math.min(start + step, length);
    yield (array) =>
      array instanceof Float32Array
        ? float32(array.subarray(start, end), [end - start])
        : float16(array.subarray(start, end), [end - start]);
  }
}
