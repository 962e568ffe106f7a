import type { Graph } from "./graph.ts";
import { topologicalOrder } from "./topological-order.ts";
import { apply } from "./apply.ts";
import type { Node, Tensor } from "./tensor.ts";

/** Applies a node's op to other operands; returns as many outputs as the node has. */
export type Reapply = (node: Node, inputs: readonly Tensor[]) => readonly Tensor[];

const same: Reapply = ({ op, attributes }, inputs) => apply(op, inputs, attributes);

/** Rebuilds the graph of `output` with some tensors replaced: maps each tensor that it depends on to its new one. */
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

/** Rebuilds a whole graph with other ops; what its outputs share stays shared, and its inputs stay the same tensors. */
export function rebuildGraph(graph: Graph, reapply: Reapply): Graph {
  const made = new Map<Tensor, Tensor>();
  const now = (tensor: Tensor): Tensor => made.get(tensor) ?? tensor;
  for (const node of topologicalOrder([...graph.outputs.values()])) {
    const outputs = reapply(node, node.inputs.map(now));
    for (const [i, former] of node.outputs.entries()) made.set(former, outputs[i]!);
  }
  return { ...graph, outputs: new Map([...graph.outputs].map(([name, tensor]) => [name, now(tensor)])) };
}

/**
 * Rebuilds the graph of `output` with some tensors replaced; the types of the new ones may differ if the ops allow it.
 * If `reapply` is given, it may replace ops too.
 */
export const rebuild = (output: Tensor, replacements: ReadonlyMap<Tensor, Tensor>, reapply: Reapply = same): Tensor =>
  rebuildAll(output, replacements, reapply).get(output) ?? output;
