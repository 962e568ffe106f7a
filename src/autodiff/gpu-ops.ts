import { log } from "./ops/elementwise.ts";
import { max } from "./ops/comparison.ts";
import { expandOp, zerosOp } from "./ops/shape.ts";
import { logSoftmaxOp, softmax } from "./ops/softmax.ts";
import { apply } from "./apply.ts";
import type { Reapply } from "./rebuild.ts";
import { standardOps } from "./standard-ops.ts";
import { scalar, type AnyOp, type Tensor } from "./tensor.ts";

/** The least float32 that is normal; below it, a GPU may round to zero, whose logarithm is infinite. */
const least = 2 ** -126;

/**
 * A `reapply` for `rebuildGraph`: replaces the ops for which ONNX Runtime's WebGPU provider has no kernel (1.30: its own
 * FusedMatMul, LogSoftmax, and ConstantOfShape), which would run on the CPU with a copy of their operands there and back.
 */
export const gpuOps: Reapply = (node, inputs) => {
  if (node.op === (logSoftmaxOp as AnyOp)) return [log(max(softmax(inputs[0] as Tensor), scalar(least)))];
  if (node.op === (zerosOp as AnyOp)) return apply(expandOp as AnyOp, [scalar(0), inputs[0]!], {});
  return standardOps(node, inputs);
};
