import type { Node, Tensor } from "./tensor.ts";

/**
 * Lists every node that `outputs` depend on, each after the nodes it depends on; nodes that only tensors in `given`
 * depend on are left out. The walk is iterative, since graphs are too deep for recursion.
 */
export function topologicalOrder(
  outputs: readonly Tensor[],
  given: { has(tensor: Tensor): boolean } = new Set(),
): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, "open" | "done">();
  const stack: Node[] = [];
  const push = (tensor: Tensor): void => {
    if (tensor.source.kind === "node" && !given.has(tensor) && !state.has(tensor.source.node))
      stack.push(tensor.source.node);
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
