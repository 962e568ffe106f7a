import { apply1 } from "../apply.ts";
import { broadcastShapes } from "../dims.ts";
import type { OpName } from "../op-names.ts";
import { constant, type DType, type Op, type Tensor } from "../tensor.ts";

// Ops on ids, masks and slots: no gradient flows through them.

type Binary = readonly [a: Tensor, b: Tensor];

const binary = (name: OpName, onnx: string, dtype?: DType): ((a: Tensor, b: Tensor) => Tensor) => {
  const op: Op<Binary> = {
    name,
    onnx,
    infer: ([a, b]) => [{ shape: broadcastShapes(name, a.shape, b.shape), dtype: dtype ?? a.dtype }],
    gradient: () => [null, null],
  };
  return (a, b) => apply1(op, [a, b]);
};

/** y = a = b ? true : false */
export const equal: (a: Tensor, b: Tensor) => Tensor = binary("equal", "Equal", "bool");

/** y = a ≥ b ? true : false */
export const greaterOrEqual: (a: Tensor, b: Tensor) => Tensor = binary("greaterOrEqual", "GreaterOrEqual", "bool");

/** y = the greater of a and b */
export const max: (a: Tensor, b: Tensor) => Tensor = binary("max", "Max");

/** y[:, i] = x[:, i] for i from 0 to `ends` */
const firstSlotsOp: Op<readonly [x: Tensor, starts: Tensor, ends: Tensor, axes: Tensor]> = {
  name: "firstSlots",
  onnx: "Slice",
  infer: ([x, , { source }]) => {
    if (source.kind !== "constant") throw new Error("internal: the number of slots must be constant");
    return [{ shape: [x.shape[0]!, source.values[0]!, ...x.shape.slice(2)], dtype: x.dtype }];
  },
  gradient: () => [null, null, null, null],
};

/** The first `count` entries along axis 1: [batch, entities, n] → [batch, count, n]. */
export function firstSlots(x: Tensor, count: number): Tensor {
  const vector = (value: number): Tensor => constant([value], [1], "int64");
  return apply1(firstSlotsOp, [x, vector(0), vector(count), vector(1)]);
}
