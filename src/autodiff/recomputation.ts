import { rebuildAll } from "./rebuild.ts";
import type { Node, Tensor } from "./tensor.ts";
import { topologicalOrder } from "./topological-order.ts";

/** A part of a graph whose values are not kept for the gradients, such as a layer: what lies between two tensors. */
export interface Segment {
  /** Kept. */
  readonly input: Tensor;
  readonly output: Tensor;
}

/**
 * For a node, what its gradient reads in the place of a value: within a segment the value computed once more from the
 * segment's input, so that the first can be forgotten (Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016).
 * A runtime that merges equal computations would undo this.
 */
export function recomputed(segments: readonly Segment[]): (node: Node) => (value: Tensor) => Tensor {
  const segmentOf = new Map<Node, Segment>();
  for (const segment of segments) {
    for (const node of topologicalOrder([segment.output], new Set([segment.input]))) segmentOf.set(node, segment);
  }
  const again = new Map<Segment, ReadonlyMap<Tensor, Tensor>>();
  return (node) => {
    const segment = segmentOf.get(node);
    if (!segment) return (value) => value;
    const values = again.get(segment) ?? rebuildAll(segment.output, new Map([[segment.input, segment.input]]));
    again.set(segment, values);
    return (value) => values.get(value) ?? value;
  };
}
