import { topologicalOrder } from "./topological-order.ts";
import { apply } from "./apply.ts";
import type { Node, Tensor } from "./tensor.ts";

/** Applies a node's op to other operands; returns as many outputs as the node has. */
export type Reapply = (node: Node, inputs: readonly Tensor[]) => readonly Tensor[];

const same: Reapply = ({ op, attributes }, inputs) => apply(op, inputs, attributes);

/** Computes `output` anew, with other tensors in the place of some: maps each tensor it depends on to its new one. */
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
 * Computes `output` anew, with other tensors in the place of some; their types may differ where the ops allow it. With
 * `reapply`, ops may become others too.
 */
export const rebuild = (output: Tensor, replacements: ReadonlyMap<Tensor, Tensor>, reapply: Reapply = same): Tensor =>
  rebuildAll(output, replacements, reapply).get(output) ?? output;
