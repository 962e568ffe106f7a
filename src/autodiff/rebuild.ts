import { topologicalOrder } from "./backward.ts";
import { apply, type Node, type Tensor } from "./tensor.ts";

/** Applies a node's op to other operands; returns as many outputs as the node has. */
export type Reapply = (node: Node, inputs: readonly Tensor[]) => readonly Tensor[];

const same: Reapply = ({ op, attributes }, inputs) => apply(op, inputs, attributes);

/**
 * The computation of `output` anew, with other tensors in the place of some; their types may differ where the ops allow
 * it. With `reapply`, ops too may become others.
 */
export function rebuild(output: Tensor, replacements: ReadonlyMap<Tensor, Tensor>, reapply: Reapply = same): Tensor {
  const made = new Map(replacements);
  const now = (tensor: Tensor): Tensor => made.get(tensor) ?? tensor;
  for (const node of topologicalOrder([output])) {
    const outputs = reapply(node, node.inputs.map(now));
    for (const [i, former] of node.outputs.entries()) if (!made.has(former)) made.set(former, outputs[i]!);
  }
  return now(output);
}
