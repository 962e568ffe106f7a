import { formatShape, sameShape, type Shape } from "./dims.ts";
import { add } from "./ops/elementwise.ts";
import { reduceSum, sumRows } from "./ops/reduce.ts";
import { reshape } from "./ops/shape.ts";
import { describe, scalar, type Node, type Tensor } from "./tensor.ts";

/** Every node that `outputs` depend on, each after the nodes it depends on. Iterative: graphs are deep. */
export function topologicalOrder(outputs: readonly Tensor[]): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, "open" | "done">();
  const stack: Node[] = [];
  const push = (tensor: Tensor): void => {
    if (tensor.source.kind === "node" && !state.has(tensor.source.node)) stack.push(tensor.source.node);
  };
  for (const output of outputs) {
    push(output);
    while (stack.length > 0) {
      const node = stack.at(-1)!;
      const seen = state.get(node);
      if (seen === undefined) {
        state.set(node, "open");
        for (const operand of node.inputs) push(operand);
      } else {
        stack.pop();
        if (seen === "open") {
          state.set(node, "done");
          order.push(node);
        }
      }
    }
  }
  return order;
}

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
 * Gradients of the scalar `loss` with respect to `targets`, as further tensors of the same graph; null where the loss
 * does not depend on a target. Targets may be inputs or any value on the way.
 * @throws if a rule returns the wrong number of gradients or one of a wrong shape, naming the op.
 */
export function backward(loss: Tensor, targets: readonly Tensor[]): (Tensor | null)[] {
  if (loss.shape.length > 0) throw new Error(`backward: the loss must be a scalar, got ${describe(loss)}`);
  const gradients = new Map<Tensor, Tensor>([[loss, scalar(1)]]);
  for (const node of topologicalOrder([loss]).toReversed()) {
    const outputGradients = node.outputs.map((output) => gradients.get(output) ?? null);
    if (outputGradients.every((gradient) => gradient === null)) continue;
    const { op, inputs, outputs, attributes } = node;
    const dxs = op.gradient({
      inputs,
      outputs,
      outputGradients,
      attributes,
      get dy() {
        return outputGradients[0] ?? fail(`${op.onnx}: its first output does not reach the loss`);
      },
    });
    if (dxs.length !== inputs.length) fail(`${op.onnx}: ${dxs.length} gradients for ${inputs.length} inputs`);
    for (const [i, x] of inputs.entries()) {
      const raw = dxs[i];
      if (!raw || x.dtype !== "float32") continue;
      const dx = unbroadcast(raw, x.shape);
      if (!sameShape(dx.shape, x.shape)) fail(`${op.onnx}: gradient ${formatShape(raw.shape)} for ${describe(x)}`);
      const known = gradients.get(x);
      gradients.set(x, known ? add(known, dx) : dx);
    }
  }
  return targets.map((target) => gradients.get(target) ?? null);
}

function fail(message: string): never {
  throw new Error(`backward: ${message}`);
}
