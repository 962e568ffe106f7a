import { mul } from "./ops/elementwise.ts";
import { matMul } from "./ops/matmul.ts";
import { transpose } from "./ops/shape.ts";
import type { Reapply } from "./rebuild.ts";
import { apply, scalar, type Tensor } from "./tensor.ts";

const swapLastTwo = (x: Tensor): Tensor => {
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), ...axes.slice(-2).toReversed()]);
};

/** For `rebuild`: ops of ONNX Runtime's own domain become ops of the ONNX standard, which every other runtime has. */
export const standardOps: Reapply = ({ op, attributes }, inputs) => {
  if (op.domain === undefined) return apply(op, inputs, attributes);
  if (op.onnx !== "FusedMatMul") throw new Error(`internal: ${op.onnx} has no form in the ONNX standard here`);
  const [a, b] = inputs as [Tensor, Tensor];
  const { transA, transB, alpha } = attributes as { transA: number; transB: number; alpha: { float: number } };
  const y = matMul(transA === 1 ? swapLastTwo(a) : a, transB === 1 ? swapLastTwo(b) : b);
  return [alpha.float === 1 ? y : mul(y, scalar(alpha.float))];
};
