import { input, linear } from "../autodiff/index.ts";
import type { Device } from "../runtime/device.ts";
import { float32, floats } from "../runtime/values.ts";
import { int8Graph } from "./int8-graph.ts";

type Compiler = Pick<Device, "compile">;

const answers = new WeakMap<Compiler, Promise<boolean>>();

/**
 * Returns whether the device multiplies uint8 with int8 exactly; asked once, of products as large as they can be. Processors with
 * AVX2 and without VNNI add two such products in 16 bits, where 2 · 255 · 127 does not fit, and cut off in silence.
 */
export function hasExactSignedProducts(device: Compiler): Promise<boolean> {
  const answer = answers.get(device) ?? multiply(device);
  answers.set(device, answer);
  return answer;
}

async function multiply(device: Compiler): Promise<boolean> {
  const [rows, inner, out] = [8, 64, 32];
  const x = input("x", [rows, inner]);
  const weight = input("weight", [out, inner]);
  const graph = int8Graph(
    {
      logits: linear(x, weight),
      parameters: new Map([["weight", weight]]),
      weights: new Map([["weight", { shape: [out, inner], data: new Float32Array(out * inner).fill(127) }]]),
    },
    () => true,
    { file: "the model", isSigned: true },
  );
  const session = await device.compile(
    { name: "signed-products", inputs: [x, ...graph.parameters.values()], outputs: new Map([["y", graph.logits]]) },
    { intraOpNumThreads: 1, initializers: graph.constants },
  );
  try {
    const largest = float32(new Float32Array(rows * inner).fill(255), [rows, inner]);
    const y = floats((await session.run(new Map([["x", largest]]))).get("y")!);
    return y.every((sum) => sum === inner * 255 * 127);
  } finally {
    await session.dispose();
  }
}
