import { apply1, type DType, type Op, type Tensor } from "../tensor.ts";

// Numbers of TensorProto.DataType.
const numbers = { float32: 1, int32: 6, int64: 7, uint8: 2, int8: 3, bool: 9 } as const satisfies Record<DType, number>;

const castOp = (dtype: DType): Op<readonly [x: Tensor]> => ({
  onnx: "Cast",
  infer: ([x]) => [{ shape: x.shape, dtype }],
  gradient: () => [null],
});

/** x as another type: of bool 0 and 1. No gradient flows back. */
export const cast = (x: Tensor, dtype: DType): Tensor =>
  x.dtype === dtype ? x : apply1(castOp(dtype), [x], { to: numbers[dtype] });
