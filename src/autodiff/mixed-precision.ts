import type { Precision } from "../precision-names.ts";
import { cast } from "./ops/cast.ts";
import { apply } from "./apply.ts";
import type { Reapply } from "./rebuild.ts";
import type { DType, Node, Tensor } from "./tensor.ts";

/** Floating-point types of 16 bits. */
export type HalfType = Extract<DType, "float16" | "bfloat16">;

export const halfTypes: Readonly<Record<Exclude<Precision, "fp32">, HalfType>> = { fp16: "float16", bf16: "bfloat16" };

/** Ops that only move elements, so that they may do it before or after rounding. */
const movements: ReadonlySet<string> = new Set(["concat", "reshape", "split", "transpose"]);
const products: ReadonlySet<string> = new Set(["linear", "matMul", "scaledMatMul"]);

/** Whether a product is a sum over rows (`sumRows`): one operand is a stretched constant. Sums stay float32. */
const isSum = ({ source }: Tensor): boolean =>
  source.kind === "node" && source.node.op.name === "expand" && source.node.inputs[0]!.source.kind === "constant";

/**
 * A `reapply` for `rebuildGraph`: products multiply numbers of 16 bits, and everything else (softmax, layer normalization,
 * loss, sums over rows, weights, gradients of weights) stays float32, as in torch's autocast. An operand is rounded once for
 * all products that read it, and stays rounded through ops that only move elements. The inputs and outputs of the graph
 * keep their types: a pass for training graphs after `backward`, since no gradient flows through a cast.
 */
export function mixedPrecision(dtype: HalfType): Reapply {
  const halves = new Map<Tensor, Tensor>();
  const halfOf = (x: Tensor): Tensor => {
    if (x.dtype !== "float32") return x;
    const known = halves.get(x);
    if (known) return known;
    if (x.source.kind === "node" && movements.has(x.source.node.op.name)) moveHalves(x.source.node);
    else halves.set(x, cast(x, dtype));
    return halves.get(x)!;
  };
  const moveHalves = ({ op, inputs, attributes, outputs }: Node): void => {
    for (const [i, half] of apply(op, inputs.map(halfOf), attributes).entries()) halves.set(outputs[i]!, half);
  };
  return ({ op, attributes }, inputs) => {
    if (!products.has(op.name) || inputs.some(isSum)) return apply(op, inputs, attributes);
    const half = apply(op, inputs.map(halfOf), attributes)[0]!;
    const y = cast(half, "float32");
    halves.set(y, half);
    return [y];
  };
}
