import { formatShape, sameShape, type Shape } from "./dims.ts";
import { add } from "./ops/elementwise.ts";
import { reduceSum, sumRows } from "./ops/reduce.ts";
import { reshape } from "./ops/shape.ts";
import { recomputed, type Segment } from "./recomputation.ts";
import { errorAt, formatApplication } from "./print.ts";
import { describe, scalar, type Node, type Tensor } from "./tensor.ts";
import { topologicalOrder } from "./topological-order.ts";

/** Sums a gradient over the axes along which its operand was stretched. */
function unbroadcast(gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  if (shape.length === 1 && gradient.shape.length > 1 && gradient.shape.at(-1) === shape[0]) return sumRows(gradient);
  const lead = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((dim, axis) =>
    axis < lead || (shape[axis - lead] === 1 && dim !== 1) ? [axis] : [],
  );
  return reshape(reduceSum(gradient, axes, true), shape);
}

/**
 * Builds the gradients of the scalar `loss` with respect to `targets`, as further tensors of the same graph; a gradient
 * is null if the loss does not depend on its target. Targets may be inputs or intermediate values. Within a segment,
 * gradients read recomputed copies of the values instead of the values themselves (activation checkpointing).
 * @throws if a rule returns the wrong number of gradients or one of a wrong shape, naming the op and its operands.
 */
export function backward(
  loss: Tensor,
  targets: readonly Tensor[],
  segments: readonly Segment[] = [],
): (Tensor | null)[] {
  if (loss.shape.length > 0) throw new Error(`backward: the loss must be a scalar, got ${describe(loss)}`);
  const gradients = new Map<Tensor, Tensor>([[loss, scalar(1)]]);
  const value = recomputed(segments);
  for (const node of topologicalOrder([loss]).toReversed()) {
    const outputGradients = node.outputs.map((output) => gradients.get(output) ?? null);
    if (outputGradients.every((gradient) => gradient === null)) continue;
    for (const [i, dx] of operandGradients(node, outputGradients, value).entries()) {
      if (!dx) continue;
      const x = node.inputs[i]!;
      const known = gradients.get(x);
      gradients.set(x, known ? add(known, dx) : dx);
    }
  }
  return targets.map((target) => gradients.get(target) ?? null);
}

/** The gradients of a node's operands, each of its operand's shape; null if none flows. */
function operandGradients(
  node: Node,
  outputGradients: readonly (Tensor | null)[],
  value: (tensor: Tensor) => Tensor,
): (Tensor | null)[] {
  const { op, inputs, attributes } = node;
  try {
    const dxs = op.gradient({
      inputs: inputs.map(value),
      outputs: node.outputs.map(value),
      outputGradients,
      attributes,
      get dy() {
        const [dy] = outputGradients;
        if (!dy) throw new Error("its first output does not reach the loss");
        return dy;
      },
    });
    if (dxs.length !== inputs.length) throw new Error(`${dxs.length} gradients for ${inputs.length} inputs`);
    return inputs.map((x, i) => {
      const raw = dxs[i];
      if (!raw || x.dtype !== "float32") return null;
      const dx = unbroadcast(raw, x.shape);
      if (!sameShape(dx.shape, x.shape)) throw new Error(`gradient ${formatShape(raw.shape)} for ${describe(x)}`);
      return dx;
    });
  } catch (error) {
    throw errorAt(
      error,
      `in the gradient of\n  ${formatApplication(op.name, inputs, attributes)}`,
      `backward: ${op.name}: `,
    );
  }
}
