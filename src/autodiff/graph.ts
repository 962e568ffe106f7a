import type { Node, Tensor } from "./tensor.ts";
import { topologicalOrder } from "./topological-order.ts";

/** A graph to compile: the inputs that are fed and the outputs that are fetched, by name and in the file's order. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: ReadonlyMap<string, Tensor>;
}

export interface NamedGraph {
  /**
   * The nodes, each after those that it depends on, under its name in the ONNX file: the op and its place in this
   * order.
   */
  readonly nodes: readonly { readonly id: string; readonly node: Node }[];
  /** The names of graph inputs and of the outputs of nodes; constants and sizes have no names. */
  readonly names: ReadonlyMap<Tensor, string>;
}

/**
 * Names a graph's nodes and values. The names are the same in its ONNX file, in messages of ONNX Runtime and in
 * `formatGraph`. If `reached` is given, the nodes are those that these tensors depend on: for a graph that is not
 * finished.
 */
export function nameGraph(
  { inputs, outputs }: Omit<Graph, "name">,
  reached: readonly Tensor[] = [...outputs.values()],
): NamedGraph {
  const names = new Map<Tensor, string>();
  for (const tensor of inputs) if (tensor.source.kind === "input") names.set(tensor, tensor.source.name);
  for (const [name, tensor] of outputs) {
    if (!names.has(tensor) && tensor.source.kind === "node") names.set(tensor, name);
  }
  const nodes = topologicalOrder(reached).map((node, i) => ({ id: `${node.op.onnx}.${i}`, node }));
  for (const { id, node } of nodes) {
    for (const [k, output] of node.outputs.entries()) {
      if (!names.has(output)) names.set(output, k === 0 ? id : `${id}:${k}`);
    }
  }
  return { nodes, names };
}
