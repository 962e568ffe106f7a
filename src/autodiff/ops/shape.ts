import { formatShape, product, sameShape, sum, type Dim, type Shape } from "../dims.ts";
import { apply, apply1 } from "../apply.ts";
import { dims, type Op, type Tensor } from "../tensor.ts";

type WithDims = readonly [x: Tensor, sizes: Tensor];
type Along = { readonly axis: number };

const sizesOf = (tensor: Tensor): Shape => {
  if (tensor.source.kind !== "dims") throw new Error("internal: a shape argument must come from dims()");
  return tensor.source.of;
};

/** y = the elements of x in another shape;  dx = dy reshaped back. */
const reshapeOp: Op<WithDims> = {
  name: "reshape",
  onnx: "Reshape",
  infer: ([x, sizes]) => {
    const to = sizesOf(sizes);
    if (product(x.shape) !== product(to)) {
      throw new Error(
        `reshape: ${formatShape(x.shape)} and ${formatShape(to)} differ in size: ${product(x.shape)}, ${product(to)}`,
      );
    }
    return [{ shape: to, dtype: x.dtype }];
  },
  gradient: ({ dy, inputs: [x] }) => [reshape(dy, x.shape), null],
};
export const reshape = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply1(reshapeOp, [x, dims(shape)]);

/** y = x stretched to a shape that it broadcasts to;  dx = dy summed back (by `backward`). */
export const expandOp: Op<WithDims> = {
  name: "expand",
  onnx: "Expand",
  infer: ([x, sizes]) => [{ shape: sizesOf(sizes), dtype: x.dtype }],
  gradient: ({ dy }) => [dy, null],
};
export const expand = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply1(expandOp, [x, dims(shape)]);

/** A zero tensor of a shape known only at run time. */
export const zerosOp: Op<readonly [sizes: Tensor]> = {
  name: "zeros",
  onnx: "ConstantOfShape",
  infer: ([sizes]) => [{ shape: sizesOf(sizes), dtype: "float32" }],
  gradient: () => [null],
};
export const zeros = (shape: Shape): Tensor => apply1(zerosOp, [dims(shape)]);

/** y = x with its axes in another order;  dx = dy with the axes put back. */
const transposeOp: Op<readonly [x: Tensor], { readonly perm: readonly number[] }> = {
  name: "transpose",
  onnx: "Transpose",
  infer: ([x], { perm }) => [{ shape: perm.map((axis) => x.shape[axis]!), dtype: x.dtype }],
  gradient: ({ dy, attributes: { perm } }) => {
    const back = perm.map((_, axis) => perm.indexOf(axis));
    return [transpose(dy, back)];
  },
};
export function transpose(x: Tensor, perm: readonly number[]): Tensor {
  if (perm.length !== x.shape.length || [...perm].sort((a, b) => a - b).some((axis, i) => axis !== i)) {
    throw new Error(`transpose: [${perm.join(", ")}] does not order the axes of ${formatShape(x.shape)}`);
  }
  return apply1(transposeOp, [x], { perm });
}

type Between = readonly [x: Tensor, start: Tensor, end: Tensor];

/** y = the elements of a vector from `start` to before `end`, of which there are as many as the op says. */
const sliceOp = (length: Dim): Op<Between> => ({
  name: "slice",
  onnx: "Slice",
  infer: ([x]) => [{ shape: [length], dtype: x.dtype }],
  gradient: () => [null, null, null],
});

/** Takes the elements of `shape` from a vector, from place `start` to before `end` (int64 [1]), in the order of rows. */
export const slice = (x: Tensor, start: Tensor, end: Tensor, shape: Shape): Tensor =>
  reshape(apply1(sliceOp(product(shape)), [x, start, end]), shape);

const replaceAxis = (shape: Shape, axis: number, dim: Dim): Shape => shape.map((old, i) => (i === axis ? dim : old));

/** y = the tensors joined end to end along `axis`;  their gradients are dy split at the seams. */
const concatOp: Op<readonly Tensor[], Along> = {
  name: "concat",
  onnx: "Concat",
  infer: (parts, { axis }) => {
    const [first] = parts;
    for (const part of parts) {
      if (!sameShape(replaceAxis(part.shape, axis, 0), replaceAxis(first!.shape, axis, 0))) {
        throw new Error(
          `concat along axis ${axis}: ${parts.map((p) => formatShape(p.shape)).join(", ")} differ elsewhere`,
        );
      }
    }
    return [{ shape: replaceAxis(first!.shape, axis, sum(parts.map((p) => p.shape[axis]!))), dtype: first!.dtype }];
  },
  gradient: ({ dy, inputs, attributes: { axis } }) => {
    const sizes = inputs.map((part) => part.shape[axis]!);
    return split(dy, axis, sizes);
  },
};
export const concat = (parts: readonly Tensor[], axis: number): Tensor =>
  parts.length === 1 ? parts[0]! : apply1(concatOp, parts, { axis });

/** Splits a tensor along `axis` into parts of the given sizes;  dx = the gradients joined, zeros for an unused part. */
const splitOp: Op<WithDims, Along> = {
  name: "split",
  onnx: "Split",
  infer: ([x, sizes], { axis }) => {
    const parts = sizesOf(sizes);
    if (sum(parts) !== x.shape[axis]) {
      throw new Error(`split: parts ${formatShape(parts)} do not make up axis ${axis} of ${formatShape(x.shape)}`);
    }
    return parts.map((dim) => ({ shape: replaceAxis(x.shape, axis, dim), dtype: x.dtype }));
  },
  gradient: ({ outputs, outputGradients, attributes: { axis } }) => {
    const parts = outputs.map((part, i) => outputGradients[i] ?? zeros(part.shape));
    return [concat(parts, axis), null];
  },
};
export const split = (x: Tensor, axis: number, sizes: readonly Dim[]): Tensor[] =>
  sizes.length === 1 ? [x] : apply(splitOp, [x, dims(sizes)], { axis });
