import { add, matMul, mul, reduceSum, reshape, transpose, type Tensor } from "../../../autodiff/index.ts";
import { product } from "../../../autodiff/dims.ts";
import type { LukeConfig } from "./config.ts";
import type { GraphBuilder } from "../../../nn/graph-builder.ts";

/** Attention between the few entities of a text and many words, in which no word is taken through a dense layer. */
export interface FewEntities {
  /**
   * `few` [batch, heads, entities, headSize] against `many` [batch, n, hidden] through the dense layer of this name:
   * α·few·(X Wᵀ + b)ᵀ = α·((few·W)·Xᵀ + few·b). Returns [batch, heads, entities, n].
   */
  scores(few: Tensor, name: string, many: Tensor): Tensor;
  /**
   * Values of `many` [batch, n, hidden] mixed by `weights` [batch, heads, entities, n], then taken through their layer:
   * P·(X Wᵀ + b) = (P·X)·Wᵀ + (Σ P)·b. Returns [batch, heads, entities, headSize].
   */
  mix(weights: Tensor, many: Tensor): Tensor;
}

/** `prefix` names the attention's layers; `alpha` is 1/√headSize. */
export function fewEntities(builder: GraphBuilder, config: LukeConfig, prefix: string, alpha: number): FewEntities {
  const { hiddenSize: H, numAttentionHeads: heads } = config;
  const headSize = H / heads;
  const ofAllHeads = product([heads, "entities"]);
  const weightOf = (name: string): Tensor =>
    reshape(builder.parameter(`${prefix}.${name}.weight`), [heads, headSize, H]);
  const biasOf = (name: string, shape: readonly number[]): Tensor =>
    reshape(builder.parameter(`${prefix}.${name}.bias`), shape);
  /** [batch, heads, entities, width] ↔ [heads, batch*entities, width], so that each head is one product. */
  const byHead = (x: Tensor): Tensor => reshape(transpose(x, [1, 0, 2, 3]), [heads, "batch*entities", x.shape[3]!]);
  const byText = (x: Tensor): Tensor => transpose(reshape(x, [heads, "batch", "entities", x.shape[2]!]), [1, 0, 2, 3]);

  return {
    scores(few, name, many) {
      const taken = byText(matMul(byHead(few), weightOf(name), { alpha }));
      const products = matMul(reshape(taken, ["batch", ofAllHeads, H]), many, { transB: true });
      const constants = byText(matMul(byHead(few), biasOf(name, [heads, headSize, 1]), { alpha }));
      return add(reshape(products, ["batch", heads, "entities", many.shape[1]!]), constants);
    },
    mix(weights, many) {
      const mixed = matMul(reshape(weights, ["batch", ofAllHeads, many.shape[1]!]), many);
      const perHead = byHead(reshape(mixed, ["batch", heads, "entities", H]));
      const taken = byText(matMul(perHead, weightOf("value"), { transB: true }));
      return add(taken, mul(reduceSum(weights, [3], true), biasOf("value", [heads, 1, headSize])));
    },
  };
}
