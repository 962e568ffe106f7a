import { apply1 } from "../apply.ts";
import type { DType, Op, Tensor } from "../tensor.ts";

// Numbers of TensorProto.DataType.
const numbers = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
} as const satisfies Record<DType, number>;

const castOp = (dtype: DType): Op<readonly [x: Tensor], { readonly to: number }> => ({
  name: "cast",
  onnx: "Cast",
  infer: ([x]) => [{ shape: x.shape, dtype }],
  gradient: () => [null],
});

/** y = x converted to another type; a bool becomes 0 or 1. No gradient flows back. */
export const cast = (x: Tensor, dtype: DType): Tensor =>
  x.dtype === dtype ? x : apply1(castOp(dtype), [x], { to: numbers[dtype] });
