import { errorAt, formatApplication } from "./print.ts";
import type { Attributes, Node, NoAttributes, Op, Tensor, TensorType } from "./tensor.ts";

/**
 * Applies `op`; returns its output tensors.
 * @throws if the op cannot take these operands, naming them and the nodes that make them.
 */
export function apply<const I extends readonly Tensor[], A extends Attributes = NoAttributes>(
  op: Op<I, A>,
  inputs: I,
  ...[attributes]: NoAttributes extends A ? [A?] : [A]
): Tensor[] {
  const outputs: Tensor[] = [];
  const given = attributes ?? ({} as A);
  const node: Node = { op, inputs, attributes: given, outputs };
  for (const [index, type] of inferred(op, inputs, given).entries())
    outputs.push({ ...type, source: { kind: "node", node, index } });
  return outputs;
}

/** Applies an op that has one output. */
export const apply1 = <const I extends readonly Tensor[], A extends Attributes = NoAttributes>(
  op: Op<I, A>,
  inputs: I,
  ...attributes: NoAttributes extends A ? [A?] : [A]
): Tensor => apply(op, inputs, ...attributes)[0]!;

function inferred<I extends readonly Tensor[], A extends Attributes>(
  op: Op<I, A>,
  inputs: I,
  attributes: A,
): readonly TensorType[] {
  try {
    return op.infer(inputs, attributes);
  } catch (error) {
    throw errorAt(error, formatApplication(op.name, inputs, attributes));
  }
}
