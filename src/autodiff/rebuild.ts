import { topologicalOrder } from "./topological-order.ts";
import { apply, type Node, type Tensor } from "./tensor.ts";

/** Applies a node's op to other operands; returns as many outputs as the node has. */
export type Reapply = (node: Node, inputs: readonly Tensor[]) => readonly Tensor[];

const same: Reapply = ({ op, attributes }, inputs) => apply(op, inputs, attributes);

/** What each tensor that `output` depends on becomes when it is computed anew, with other tensors in the place of some. */
export function rebuildAll(
  output: Tensor,
  replacements: ReadonlyMap<Tensor, Tensor>,
  reapply: Reapply = same,
): ReadonlyMap<Tensor, Tensor> {
  const made = new Map(replacements);
  const now = (tensor: Tensor): Tensor => made.get(tensor) ?? tensor;
  for (const node of topologicalOrder([output], replacements)) {
    const outputs = reapply(node, node.inputs.map(now));
    for (const [i, former] of node.outputs.entries()) if (!made.has(former)) made.set(former, outputs[i]!);
  }
  return made;
}

/**
 * The computation of `output` anew, with other tensors in the place of some; their types may differ where the ops allow
 * it. With `reapply`, ops too may become others.
 */
export const rebuild = (output: Tensor, replacements: ReadonlyMap<Tensor, Tensor>, reapply: Reapply = same): Tensor =>
  rebuildAll(output, replacements, reapply).get(output) ?? output;
