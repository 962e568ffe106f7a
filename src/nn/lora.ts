import { add, linear, matMul, mul, scalar, type Tensor } from "../autodiff/index.ts";
import type { ParameterSpec } from "./parameters.ts";
import { isTokenRowsName, tokenRowsName, type TokenRows } from "./token-rows.ts";

/**
 * Low-rank adaptation (Hu et al., LoRA, 2021): a dense layer's matrix W [out, inner] stays as it is, and W + scaling·B·A
 * takes its place, with A [rank, inner] and B [out, rank]. Without dropout of its own.
 */
export interface Lora {
  /** alpha / rank. */
  readonly scaling: number;
  /** The adapted matrices by name, and the rank of each. */
  readonly ranks: ReadonlyMap<string, number>;
  /** The tokens that have rows of the adapter's own, if there are any. */
  readonly tokens?: TokenRows | undefined;
}

/** The names of A and B of a matrix, as PEFT has them: `….query.weight` → `….query.lora_A.weight`. */
export const loraNames = (weight: string): { readonly a: string; readonly b: string } => ({
  a: weight.replace(/weight$/, "lora_A.weight"),
  b: weight.replace(/weight$/, "lora_B.weight"),
});

/** Whether it is the name of an A or B. */
export const isLoraName = (name: string): boolean => /\.lora_[AB]\.weight$/.test(name);

/** Whether it is the name of a weight that an adapter adds to a model. */
export const isOfAdapter = (name: string): boolean => isLoraName(name) || isTokenRowsName(name);

/** Lists a model's weights, A and B after each matrix that has them; the table of words as the base has it, and rows of its own. */
export const withLoraParameters = (specs: readonly ParameterSpec[], lora: Lora | undefined): ParameterSpec[] =>
  specs.flatMap((spec) => {
    const { tokens } = lora ?? {};
    if (tokens && spec.name === tokens.table) {
      const width = spec.shape[1]!;
      return [
        { ...spec, shape: [tokens.baseRows, width] },
        { name: tokenRowsName(spec.name), shape: [tokens.ids.length, width], init: "zeros" },
      ];
    }
    const rank = lora?.ranks.get(spec.name);
    if (rank === undefined) return [spec];
    const [out, inner] = spec.shape as [number, number];
    const { a, b } = loraNames(spec.name);
    return [spec, { name: a, shape: [rank, inner], init: "zeros" }, { name: b, shape: [out, rank], init: "zeros" }];
  });

/** A matrix with its adapter, as tensors of a graph. */
export interface AdaptedMatrix {
  readonly weight: Tensor;
  readonly a: Tensor;
  readonly b: Tensor;
  readonly scaling: number;
}

/** Computes W + scaling·B·A, for a layer that is more than a product with its input. */
export const mergedMatrix = ({ weight, a, b, scaling }: AdaptedMatrix): Tensor =>
  add(weight, matMul(b, a, { alpha: scaling }));

/**
 * Applies an adapted dense layer to x [rows, inner]: x·Wᵀ + bias + scaling·(x·Aᵀ)·Bᵀ. Its gradients are products of the
 * rank's size: that of W, the most expensive of a dense layer, is not needed.
 */
export const adaptedLinear = (x: Tensor, { weight, a, b, scaling }: AdaptedMatrix, bias?: Tensor): Tensor =>
  add(linear(x, weight, bias), linear(mul(linear(x, a), scalar(scaling)), b));
