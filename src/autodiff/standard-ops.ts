import { cast } from "./ops/cast.ts";
import { mul } from "./ops/elementwise.ts";
import { matMul, scaledMatMulOp, type MatMulAttributes } from "./ops/matmul.ts";
import { rotateInParts, rotateOp } from "./ops/rotation.ts";
import { transpose } from "./ops/shape.ts";
import type { Reapply } from "./rebuild.ts";
import { apply } from "./apply.ts";
import { scalar, type AnyOp, type Tensor } from "./tensor.ts";

const swapLastTwo = (x: Tensor): Tensor => {
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), ...axes.slice(-2).toReversed()]);
};

/**
 * A `reapply` for `rebuild`: replaces ops of ONNX Runtime's own domain by ops of the ONNX standard, for any runtime.
 */
export const standardOps: Reapply = ({ op, attributes }, inputs) => {
  if (op.domain === undefined) return apply(op, inputs, attributes);
  if (op === (rotateOp as AnyOp)) return [rotateInParts(inputs as [Tensor, Tensor, Tensor, Tensor])];
  if (op !== (scaledMatMulOp as AnyOp)) throw new Error(`internal: ${op.onnx} has no form in the ONNX standard here`);
  const [a, b] = inputs as [Tensor, Tensor];
  const { transA, transB, alpha } = attributes as MatMulAttributes;
  const y = matMul(transA === 1 ? swapLastTwo(a) : a, transB === 1 ? swapLastTwo(b) : b);
  return [alpha === undefined || alpha.float === 1 ? y : mul(y, cast(scalar(alpha.float), y.dtype))];
};
