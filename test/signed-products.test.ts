import { expect, test } from "vitest";
import { input, linear } from "../src/autodiff/index.ts";
import { int8Graph } from "../src/model/int8-graph.ts";
import { hasExactSignedProducts } from "../src/model/signed-products.ts";
import { cpu } from "../src/runtime/cpu.ts";
import { float32, floats } from "../src/runtime/values.ts";

test("the largest products of a layer are exact, whatever instructions the processor has", async () => {
  const [inner, out] = [64, 7];
  const x = input("x", ["batch", inner]);
  const weight = input("weight", [out, inner]);
  const weights = new Map([["weight", { shape: [out, inner], data: new Float32Array(out * inner).fill(127) }]]);
  const graph = int8Graph(
    { logits: linear(x, weight), parameters: new Map([["weight", weight]]), weights },
    () => true,
    { file: "folder", isSigned: await hasExactSignedProducts(cpu) },
  );
  const session = await cpu.compile(
    { name: "layer", inputs: [x, ...graph.parameters.values()], outputs: new Map([["y", graph.logits]]) },
    { intraOpNumThreads: 1, initializers: graph.constants },
  );
  const feeds = new Map([["x", float32(new Float32Array(inner).fill(255), [1, inner])]]);
  const y = floats((await session.run(feeds)).get("y")!);
  await session.dispose();
  expect([...y]).toEqual(Array.from({ length: out }, () => inner * 255 * 127));
});
