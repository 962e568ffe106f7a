import { broadcastShapes, formatShape, type Dim } from "../dims.ts";
import { transpose } from "./shape.ts";
import { apply1 } from "../apply.ts";
import type { Op, Tensor } from "../tensor.ts";

export interface MatMulOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** A factor on the product, which costs nothing in the kernel: 1/√d of attention. */
  readonly alpha?: number;
}

type Binary = readonly [a: Tensor, b: Tensor];
/** The attributes of FusedMatMul; MatMul has none, and neither transposes nor scales. */
export type MatMulAttributes = {
  readonly transA?: 0 | 1;
  readonly transB?: 0 | 1;
  readonly alpha?: { readonly float: number };
};

function matrix(operand: Tensor, transposed: boolean): { batch: readonly Dim[]; rows: Dim; columns: Dim } {
  if (operand.shape.length < 2) throw new Error(`matMul: needs a matrix, got ${formatShape(operand.shape)}`);
  const [rows, columns] = operand.shape.slice(-2) as [Dim, Dim];
  const batch = operand.shape.slice(0, -2);
  return transposed ? { batch, rows: columns, columns: rows } : { batch, rows, columns };
}

const infer = ([a, b]: Binary, { transA, transB }: MatMulAttributes): [Pick<Tensor, "shape" | "dtype">] => {
  const left = matrix(a, transA === 1);
  const right = matrix(b, transB === 1);
  if (left.columns !== right.rows) {
    throw new Error(
      `matMul: inner sizes differ: ${formatShape(a.shape)}${transA ? "ᵀ" : ""} · ${formatShape(b.shape)}${transB ? "ᵀ" : ""}`,
    );
  }
  return [{ shape: [...broadcastShapes("matMul", left.batch, right.batch), left.rows, right.columns], dtype: a.dtype }];
};

/**
 * With A = a or aᵀ and B = b or bᵀ:  y = α·A·B;  dA = α·dy·Bᵀ,  dB = α·Aᵀ·dy,
 * each transposed back where the operand was.
 */
const gradient: Op<Binary, MatMulAttributes>["gradient"] = ({ dy, inputs: [a, b], attributes }) => {
  const [transA, transB] = [attributes.transA === 1, attributes.transB === 1];
  const alpha = attributes.alpha?.float ?? 1;
  return [
    transA ? matMul(b, dy, { transA: transB, transB: true, alpha }) : matMul(dy, b, { transB: !transB, alpha }),
    transB ? matMul(dy, a, { transA: true, transB: transA, alpha }) : matMul(a, dy, { transA: !transA, alpha }),
  ];
};

const plain: Op<Binary, MatMulAttributes> = { name: "matMul", onnx: "MatMul", infer, gradient };
export const scaledMatMulOp: Op<Binary, MatMulAttributes> = {
  name: "scaledMatMul",
  onnx: "FusedMatMul",
  domain: "com.microsoft",
  infer,
  gradient,
};

/** α·A·B over the last two axes, the axes before them broadcast: [..., m, k] · [..., k, n] → [..., m, n]. */
export function matMul(
  a: Tensor,
  b: Tensor,
  { transA = false, transB = false, alpha = 1 }: MatMulOptions = {},
): Tensor {
  if (!transA && !transB && alpha === 1) return apply1(plain, [a, b], {});
  return apply1(scaledMatMulOp, [a, b], { transA: transA ? 1 : 0, transB: transB ? 1 : 0, alpha: { float: alpha } });
}

type Dense = readonly [x: Tensor, w: Tensor, b?: Tensor];

/**
 * y = x·wᵀ + b, PyTorch's Linear: x [rows, in], w [out, in], b [out], which may be missing → [rows, out].
 * dx = dy·w,  dw = dyᵀ·x,  db = Σ over rows of dy (by `backward`, as any broadcast operand).
 */
export const linearOp: Op<readonly Tensor[], { readonly transB: 1 }> = {
  name: "linear",
  onnx: "Gemm",
  infer: (inputs) => {
    const [x, w, b] = inputs as Dense;
    const [rows, inner] = x.shape;
    const [out, width] = w.shape;
    const isBiased = b === undefined || (b.shape.length === 1 && b.shape[0] === out);
    if (x.shape.length !== 2 || w.shape.length !== 2 || inner !== width || !isBiased) {
      const found = inputs.map(({ shape }) => formatShape(shape)).join(", ");
      throw new Error(`linear: expected x [rows, in], w [out, in], b [out] or none; got ${found}`);
    }
    return [{ shape: [rows!, out!], dtype: x.dtype }];
  },
  // The kernels are a tenth faster with a copy that is already transposed than when they transpose themselves.
  gradient: ({ dy, inputs }) => {
    const [x, w, b] = inputs as Dense;
    return [matMul(dy, w), matMul(transpose(dy, [1, 0]), x), ...(b ? [dy] : [])];
  },
};

/** A dense layer with PyTorch's weight layout, with or without a bias. */
export const linear = (x: Tensor, weight: Tensor, bias?: Tensor): Tensor =>
  apply1(linearOp, bias ? [x, weight, bias] : [x, weight], { transB: 1 });
