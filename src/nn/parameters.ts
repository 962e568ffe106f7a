import { random } from "../random.ts";

/** One weight of a model, under its name in the state dict of `transformers`. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: "normal" | "zeros" | "ones" | { readonly copyOf: string };
  /** The row whose gradient stays zero: `padding_idx` of torch's Embedding. */
  readonly paddingRow?: number;
  /**
   * False for weights that files contain and no prediction uses, such as the pooler; in a `Trainable` also for weights that
   * stay as they are.
   */
  readonly trainable?: boolean;
  /** Whether it is initialized afresh with the head and learns at the head's rate. */
  readonly isOfHead?: boolean;
  /** The factor of its learning rate; 1 if absent. */
  readonly rateFactor?: number;
}

/** Weight and bias of a dense layer. */
export const denseParameters = (name: string, out: number, inner: number): ParameterSpec[] => [
  { name: `${name}.weight`, shape: [out, inner], init: "normal" },
  { name: `${name}.bias`, shape: [out], init: "zeros" },
];

/** Gain and bias of a layer normalization. */
export const layerNormParameters = (name: string, size: number): ParameterSpec[] => [
  { name: `${name}.weight`, shape: [size], init: "ones" },
  { name: `${name}.bias`, shape: [size], init: "zeros" },
];

/** Values of the parameters, by name. */
export type Weights = Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

export const elementCount = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Draws fresh weights from the seed alone: N(0, `initializerRange`) for matrices and tables, as `_init_weights` of `transformers`. */
export function initializeWeights(
  specs: readonly ParameterSpec[],
  { initializerRange }: { readonly initializerRange: number },
  seed: number,
): Weights {
  const weights: Weights = new Map();
  for (const { name, shape, init, paddingRow } of specs) {
    const data = new Float32Array(elementCount(shape));
    if (init === "ones") data.fill(1);
    else if (init === "normal") {
      const stream = random(seed, "init", name);
      for (let i = 0; i < data.length; i++) data[i] = initializerRange * stream.normal();
      if (paddingRow !== undefined) data.fill(0, paddingRow * shape[1]!, (paddingRow + 1) * shape[1]!);
    } else if (init !== "zeros") data.set(weights.get(init.copyOf)!.data);
    weights.set(name, { shape, data });
  }
  return weights;
}
