import { formatShape } from "../dims.ts";
import { apply, apply1 } from "../apply.ts";
import type { Op, Tensor } from "../tensor.ts";

const noGradient = (): never => {
  throw new Error("internal: rounding has no gradient; a quantized graph is for prediction alone");
};

/**
 * A quantized float32 tensor: x ≈ scale · (values − zeroPoint). The whole tensor has one scale, taken from its range.
 */
export interface QuantizedActivation {
  /** uint8, in the shape of x */
  readonly values: Tensor;
  /** float32 [] */
  readonly scale: Tensor;
  /** uint8 [] */
  readonly zeroPoint: Tensor;
}

/** scale = (max(0, x) − min(0, x)) / 255, over the whole tensor;  zeroPoint = round(−min(0, x) / scale) */
const dynamicQuantizeLinearOp: Op<readonly [x: Tensor]> = {
  name: "dynamicQuantizeLinear",
  onnx: "DynamicQuantizeLinear",
  infer: ([x]) => [
    { shape: x.shape, dtype: "uint8" },
    { shape: [], dtype: "float32" },
    { shape: [], dtype: "uint8" },
  ],
  gradient: noGradient,
};

export function dynamicQuantizeLinear(x: Tensor): QuantizedActivation {
  const [values, scale, zeroPoint] = apply(dynamicQuantizeLinearOp, [x]) as [Tensor, Tensor, Tensor];
  return { values, scale, zeroPoint };
}

/** y = (a − aZeroPoint) · (b − bZeroPoint), without rounding: uint8 [m, k] · int8 or uint8 [k, n] → int32 [m, n]. */
const matMulIntegerOp: Op<readonly [a: Tensor, b: Tensor, aZeroPoint: Tensor, bZeroPoint: Tensor]> = {
  name: "matMulInteger",
  onnx: "MatMulInteger",
  infer: ([a, b]) => {
    const [rows, inner] = a.shape;
    const [height, columns] = b.shape;
    const isInteger = a.dtype === "uint8" && (b.dtype === "int8" || b.dtype === "uint8");
    if (!isInteger || a.shape.length !== 2 || b.shape.length !== 2 || inner !== height)
      throw new Error(
        `matMulInteger: expected uint8 [m, k] and int8 or uint8 [k, n]; got ${a.dtype} ${formatShape(a.shape)} and ${b.dtype} ${formatShape(b.shape)}`,
      );
    return [{ shape: [rows!, columns!], dtype: "int32" }];
  },
  gradient: noGradient,
};

export const matMulInteger = (a: Tensor, b: Tensor, aZeroPoint: Tensor, bZeroPoint: Tensor): Tensor =>
  apply1(matMulIntegerOp, [a, b, aZeroPoint, bZeroPoint]);
