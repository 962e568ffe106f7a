import type { Shape } from "./dims.ts";
import type { OpName } from "./op-names.ts";

/**
 * Element types of graph values. Only float32 carries gradients; ids are int32, shapes are int64 (ONNX wants both),
 * results of comparisons are bool, quantized weights are int8 and quantized activations uint8, and operands of products
 * in mixed precision float16 or bfloat16.
 */
export type DType = "float32" | "float16" | "bfloat16" | "int32" | "int64" | "bool" | "int8" | "uint8";

export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * A value that exists when the graph runs. Building a tensor computes only its shape and type.
 * A `dims` source is the int64 vector of the sizes in `of`, looked up at run time: the shape argument of Reshape.
 */
export interface Tensor extends TensorType {
  readonly source:
    | { readonly kind: "input"; readonly name: string }
    | { readonly kind: "constant"; readonly values: readonly number[] }
    | { readonly kind: "dims"; readonly of: Shape }
    | { readonly kind: "node"; readonly node: Node; readonly index: number };
}

/**
 * An application of an op. Nodes and tensors are plain immutable values; a graph is everything that its outputs reach.
 */
export interface Node {
  readonly op: AnyOp;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly outputs: readonly Tensor[];
}

/** An ONNX attribute. A bare number is an integer; floats are marked, since 1 and 1.0 are one number in JavaScript. */
export type Attribute = number | string | readonly number[] | { readonly float: number };
export type Attributes = Readonly<Record<string, Attribute>>;
/** The attributes of an op that has none. */
export type NoAttributes = Readonly<Record<string, never>>;

/**
 * The values that a gradient rule may use. `outputGradients[i]` is null for an output that the loss does not depend on.
 */
export interface GradientContext<I extends readonly Tensor[], A> {
  readonly inputs: I;
  readonly outputs: readonly Tensor[];
  readonly outputGradients: readonly (Tensor | null)[];
  /** The gradient of the first output, the usual case. @throws if the loss does not depend on it. */
  readonly dy: Tensor;
  readonly attributes: A;
}

/**
 * An op: its name in ONNX, its shape rule and its gradient, in one place, with the formula above it.
 * Rules may return a gradient of a broadcast shape; `backward` sums it back to the input's shape.
 * `null` means that no gradient flows (integers, shapes).
 */
export interface Op<I extends readonly Tensor[], A extends Attributes = NoAttributes> {
  /** The op's own name; several ops may share one `onnx` name. */
  readonly name: OpName;
  readonly onnx: string;
  readonly domain?: "com.microsoft";
  infer(inputs: I, attributes: A): readonly TensorType[];
  gradient(context: GradientContext<I, A>): { [K in keyof I]: Tensor | null };
}

// Method parameters are bivariant, so an op of any arity and any attributes fits here without `any`.
export type AnyOp = Op<readonly Tensor[], Attributes>;

/** Makes a value that is fed when the graph runs: a batch, a weight, a dropout mask. */
export const input = (name: string, shape: Shape, dtype: DType = "float32"): Tensor => ({
  shape,
  dtype,
  source: { kind: "input", name },
});

/** Makes a small value that is known when the graph is built; it becomes an ONNX initializer. */
export const constant = (values: readonly number[], shape: Shape, dtype: DType = "float32"): Tensor => ({
  shape,
  dtype,
  source: { kind: "constant", values },
});

export const scalar = (value: number): Tensor => constant([value], []);

/** Makes the int64 vector of the sizes in `of`. */
export const dims = (of: Shape): Tensor => ({ shape: [of.length], dtype: "int64", source: { kind: "dims", of } });

/** Describes a tensor in error messages: `Gemm output [batch*words, 128] float32`. */
export function describe(tensor: Tensor): string {
  const { source } = tensor;
  const what =
    source.kind === "input"
      ? `input "${source.name}"`
      : source.kind === "node"
        ? `${source.node.op.onnx} output`
        : source.kind;
  return `${what} [${tensor.shape.join(", ")}] ${tensor.dtype}`;
}
