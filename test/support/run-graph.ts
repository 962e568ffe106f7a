import type { Tensor } from "../../src/autodiff/tensor.ts";
import { compile as compileGraph } from "../../src/runtime/compile.ts";
import type { SessionOptions, TensorValue } from "../../src/runtime/session.ts";

/** Compiles a graph once; the returned function runs it on plain feeds. */
export async function compile(
  inputs: readonly Tensor[],
  outputs: Record<string, Tensor>,
  options: SessionOptions = {},
): Promise<{
  run(feeds: ReadonlyMap<string, TensorValue>): Promise<Map<string, TensorValue>>;
  dispose(): Promise<void>;
}> {
  const graph = { name: "test", inputs, outputs: new Map(Object.entries(outputs)) };
  return compileGraph(graph, { intraOpNumThreads: 1, ...options });
}
