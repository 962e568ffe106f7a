import { apply1 } from "../apply.ts";
import type { Op, Tensor } from "../tensor.ts";
import { exp, mul, sub } from "./elementwise.ts";
import { reduceSum } from "./reduce.ts";

type Unary = readonly [x: Tensor];
type LastAxis = { readonly axis: -1 };
const infer: Op<Unary, LastAxis>["infer"] = ([x]) => [{ shape: x.shape, dtype: x.dtype }];

/** y = softmax of x over the last axis;  dx = y ⊙ (dy − Σ dy ⊙ y) */
const softmaxOp: Op<Unary, LastAxis> = {
  name: "softmax",
  onnx: "Softmax",
  infer,
  gradient: ({ dy, outputs: [y] }) => {
    const weighted = mul(dy, y!);
    return [sub(weighted, mul(y!, reduceSum(weighted, [-1], true)))];
  },
};
export const softmax = (x: Tensor): Tensor => apply1(softmaxOp, [x], { axis: -1 });

/** y = x − log Σ eˣ over the last axis;  dx = dy − eʸ Σ dy */
export const logSoftmaxOp: Op<Unary, LastAxis> = {
  name: "logSoftmax",
  onnx: "LogSoftmax",
  infer,
  gradient: ({ dy, outputs: [y] }) => [sub(dy, mul(exp(y!), reduceSum(dy, [-1], true)))],
};
export const logSoftmax = (x: Tensor): Tensor => apply1(logSoftmaxOp, [x], { axis: -1 });
