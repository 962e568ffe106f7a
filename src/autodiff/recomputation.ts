import { reshape } from "./ops/shape.ts";
import { rebuildAll } from "./rebuild.ts";
import type { Tensor } from "./tensor.ts";
import { topologicalOrder } from "./topological-order.ts";

/** A part of a graph whose values are recomputed for the gradients: everything between two tensors, such as a layer. */
export interface Segment {
  /** The input, which is kept. */
  readonly input: Tensor;
  readonly output: Tensor;
  /** Whether the output is kept as well, since the next segment begins with it. */
  readonly keepsOutput: boolean;
}

/**
 * Activation checkpointing (Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016): maps a value of a
 * segment to its copy recomputed from the segment's input, for gradients to read, so that the original need not be
 * kept. A runtime that merges equal computations would undo this.
 */
export function recomputed(segments: readonly Segment[]): (value: Tensor) => Tensor {
  const segmentOf = new Map<Tensor, Segment>();
  const kept = new Set<Tensor>();
  for (const segment of segments) {
    for (const { outputs } of topologicalOrder([segment.output], new Set([segment.input])))
      for (const value of outputs) segmentOf.set(value, segment);
    if (segment.keepsOutput) kept.add(segment.output);
  }
  const again = new Map<Segment, ReadonlyMap<Tensor, Tensor>>();
  const now = (value: Tensor): Tensor => {
    if (kept.has(value)) return value;
    const segment = segmentOf.get(value);
    if (segment) {
      const values = again.get(segment) ?? rebuildAll(segment.output, new Map([[segment.input, now(segment.input)]]));
      again.set(segment, values);
      return values.get(value)!;
    }
    // A reshaped tensor shares its elements with the original, which would be kept with it.
    const { source } = value;
    if (source.kind !== "node" || source.node.op.onnx !== "Reshape") return value;
    const [x] = source.node.inputs as [Tensor];
    const other = now(x);
    return other === x ? value : reshape(other, value.shape);
  };
  return now;
}
