import { expect, test } from "vitest";
import { add, input, mul, scalar, sub } from "../autodiff/index.ts";
import { lower } from "../onnx/lower.ts";
import { createInPlaceSession, float32 } from "./session.ts";
import { canSkipOutputCopy } from "./uncopied-outputs.ts";

const x = input("x", ["n"]);
const model = lower({
  name: "test",
  inputs: [x],
  outputs: new Map([
    ["sum", add(x, scalar(1))],
    ["y", sub(mul(x, scalar(2)), scalar(3))],
  ]),
});

// The pinned onnxruntime-node; if this fails after a change of version, training still works, but copies its gradients.
test("this build of ONNX Runtime fills given arrays without copying them", async () => {
  expect(await canSkipOutputCopy()).toBe(true);
});

test("outputs are written into the given arrays, parts of a larger one", async () => {
  const session = await createInPlaceSession(model);
  const large = new Float32Array(8);
  const outputs = new Map([
    ["sum", float32(large.subarray(1, 4), [3])],
    ["y", float32(large.subarray(5), [3])],
  ]);
  await session.runInto(new Map([["x", float32(Float32Array.of(1, 2, 3), [3])]]), outputs);
  expect(large).toEqual(Float32Array.of(0, 2, 3, 4, 0, -1, 1, 3));
  await session.dispose();
});

test("an output may be written over the input that nothing reads any more", async () => {
  const doubled = lower({ name: "test", inputs: [x], outputs: new Map([["y", add(mul(x, scalar(2)), x)]]) });
  const session = await createInPlaceSession(doubled);
  const values = Float32Array.of(1, 2, 3);
  await session.runInto(new Map([["x", float32(values, [3])]]), new Map([["y", float32(values, [3])]]));
  expect(values).toEqual(Float32Array.of(3, 6, 9));
  await session.dispose();
});

test("an output of other sizes than its array is an error, and so is a missing input", async () => {
  const session = await createInPlaceSession(model);
  const feeds = new Map([["x", float32(new Float32Array(3), [3])]]);
  const outputs = new Map(["sum", "y"].map((name) => [name, float32(new Float32Array(4), [4])] as const));
  await expect(session.runInto(feeds, outputs)).rejects.toThrow(/shape|dimension|size/i);
  await expect(session.runInto(new Map(), outputs)).rejects.toThrow(/nothing is fed to graph input "x"/);
  await session.dispose();
});
