import { formatShape, product } from "../dims.ts";
import { apply1 } from "../apply.ts";
import { constant, scalar, type Op, type Tensor } from "../tensor.ts";
import { mul } from "./elementwise.ts";
import { matMul } from "./matmul.ts";
import { expand, reshape } from "./shape.ts";

type WithAxes = readonly [x: Tensor, axes: Tensor];
type Keeping = { readonly keepdims: 0 | 1 };

const axesOf = (axes: Tensor): readonly number[] => {
  if (axes.source.kind !== "constant") throw new Error("internal: reduction axes must be constant");
  return axes.source.values;
};

const infer = ([x, axes]: WithAxes, { keepdims }: Keeping): [Pick<Tensor, "shape" | "dtype">] => {
  const reduced = new Set(axesOf(axes));
  const shape = x.shape.flatMap((dim, axis) => (!reduced.has(axis) ? [dim] : keepdims === 1 ? [1] : []));
  return [{ shape, dtype: x.dtype }];
};

/** dy with its reduced axes put back as 1, then stretched over x. */
const spread = (dy: Tensor, x: Tensor, axes: Tensor): Tensor => {
  const reduced = new Set(axesOf(axes));
  return expand(
    reshape(
      dy,
      x.shape.map((dim, axis) => (reduced.has(axis) ? 1 : dim)),
    ),
    x.shape,
  );
};

/** y = Σ x over axes;  dx = dy stretched over the axes. */
const reduceSumOp: Op<WithAxes, Keeping> = {
  name: "reduceSum",
  onnx: "ReduceSum",
  infer,
  gradient: ({ dy, inputs: [x, axes] }) => [spread(dy, x, axes), null],
};

/** y = mean of x over axes of n elements;  dx = dy/n stretched over the axes. */
const reduceMeanOp: Op<WithAxes, Keeping> = {
  name: "reduceMean",
  onnx: "ReduceMean",
  infer,
  gradient: ({ dy, inputs: [x, axes] }) => {
    const count = product(axesOf(axes).map((axis) => x.shape[axis]!));
    if (typeof count !== "number") throw new Error(`reduceMean: no gradient over axes of unknown size ${count}`);
    return [spread(mul(dy, scalar(1 / count)), x, axes), null];
  },
};

function reduce(op: Op<WithAxes, Keeping>, x: Tensor, axes: readonly number[] | undefined, keepdims: boolean): Tensor {
  const all = axes?.map((axis) => (axis < 0 ? axis + x.shape.length : axis)) ?? x.shape.map((_, axis) => axis);
  if (all.some((axis) => axis < 0 || axis >= x.shape.length)) {
    throw new Error(`${op.name}: axes [${all.join(", ")}] are not axes of ${formatShape(x.shape)}`);
  }
  return apply1(op, [x, constant(all, [all.length], "int64")], { keepdims: keepdims ? 1 : 0 });
}

/** Sums over `axes` (all of them if absent); `keepdims` leaves them with size 1. */
export const reduceSum = (x: Tensor, axes?: readonly number[], keepdims = false): Tensor =>
  reduce(reduceSumOp, x, axes, keepdims);

export const reduceMean = (x: Tensor, axes?: readonly number[], keepdims = false): Tensor =>
  reduce(reduceMeanOp, x, axes, keepdims);

/**
 * Sums over all axes but the last, [..., n] → [n]: the gradient of a bias. A product with a row of ones takes a twelfth
 * of the time of ReduceSum in ONNX Runtime's CPU kernels.
 */
export function sumRows(x: Tensor): Tensor {
  const width = x.shape.at(-1)!;
  const rows = product(x.shape.slice(0, -1));
  const ones = expand(constant([1], [1, 1]), [1, rows]);
  return reshape(matMul(ones, reshape(x, [rows, width])), [width]);
}

/**
 * y[…, j] = Σ over i ≤ j of x[…, i] along `axis`, or over i ≥ j if `reverse`;  dx = dy summed the other way
 */
const cumSumOp: Op<readonly [x: Tensor, axis: Tensor], { readonly reverse: 0 | 1 }> = {
  name: "cumSum",
  onnx: "CumSum",
  infer: ([x]) => [{ shape: x.shape, dtype: x.dtype }],
  gradient: ({ dy, inputs: [, axis], attributes: { reverse } }) => [
    apply1(cumSumOp, [dy, axis], { reverse: reverse === 1 ? 0 : 1 }),
    null,
  ],
};

/** Sums up to each place of `axis`, from the first; from the last if `reverse`. */
export const cumSum = (x: Tensor, axis: number, reverse = false): Tensor =>
  apply1(cumSumOp, [x, constant([axis], [], "int64")], { reverse: reverse ? 1 : 0 });
