import type { Tensor } from "../../src/autodiff/tensor.ts";
import { lower } from "../../src/onnx/lower.ts";
import { createSession, type SessionOptions, type TensorValue } from "../../src/runtime/session.ts";

/** Compiles a graph once; the returned function runs it on plain feeds. */
export async function compile(
  inputs: readonly Tensor[],
  outputs: Record<string, Tensor>,
  options: SessionOptions = {},
): Promise<{
  run(feeds: ReadonlyMap<string, TensorValue>): Promise<Map<string, TensorValue>>;
  dispose(): Promise<void>;
}> {
  const model = lower({ name: "test", inputs, outputs: new Map(Object.entries(outputs)) });
  return createSession(model, { intraOpNumThreads: 1, ...options });
}
