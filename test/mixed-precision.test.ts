// --precision: products of 16 bits with float32 weights, dynamic loss scaling, and devices that have no such products.
import { expect, test } from "vitest";
import { cast, input, linear, matMul, reshape, softmax, transpose, type Tensor } from "../src/autodiff/index.ts";
import { mixedPrecision } from "../src/autodiff/mixed-precision.ts";
import { sumRows } from "../src/autodiff/ops/reduce.ts";
import { rebuildGraph } from "../src/autodiff/rebuild.ts";
import { topologicalOrder } from "../src/autodiff/topological-order.ts";
import { loopStateOf, parseTrainerState } from "../src/model/checkpoints/trainer-state.ts";
import { openDevice } from "../src/runtime/devices.ts";
import { float32, floats } from "../src/runtime/values.ts";
import type { Weights } from "../src/nn/parameters.ts";
import type { TrainingState } from "../src/training/state.ts";
import { halfDevice } from "./support/half-device.ts";
import { relata, Workplace } from "./support/run-cli.ts";
import { softwareGpu } from "./support/software-gpu.ts";
import { farthest, halfRun, lossesOf } from "./support/half-runs.ts";

const mixed = (y: Tensor): string[] => {
  const graph = rebuildGraph({ name: "mixed", inputs: [], outputs: new Map([["y", y]]) }, mixedPrecision("float16"));
  return topologicalOrder([...graph.outputs.values()]).map(({ op, outputs: [out] }) => `${op.name} ${out!.dtype}`);
};

test("products and what moves their operands are half; softmax and sums over rows stay float32", () => {
  const [x, w] = [input("x", ["n", 4]), input("w", [6, 4])];
  const product = transpose(reshape(linear(x, w), ["n", 2, 3]), [1, 0, 2]);
  const nodes = mixed(matMul(softmax(product), product, { transB: true, alpha: 0.5 }));
  expect(nodes.sort()).toEqual([
    "cast float16",
    "cast float16",
    "cast float16",
    "cast float32",
    "cast float32",
    "linear float16",
    "reshape float16",
    "reshape float32",
    "scaledMatMul float16",
    "softmax float32",
    "transpose float16",
    "transpose float32",
  ]);
  expect(mixed(sumRows(x)).filter((name) => name.endsWith("float16"))).toEqual([]);
});

test.each([
  ["float16", 1 / 3, 0.333251953125],
  ["float16", 70_000, Infinity],
  ["bfloat16", 1 / 3, 0.333984375],
  ["bfloat16", 70_000, 70_144],
] as const)("the device of these tests rounds to %s: %d", async (dtype, value, expected) => {
  const [x, w] = [input("x", ["n", 1]), input("w", [1, 1])];
  const y = cast(linear(cast(x, dtype), cast(w, dtype)), "float32");
  const session = await halfDevice.compile({ name: "rounds", inputs: [x, w], outputs: new Map([["y", y]]) });
  const one = (of: number) => float32(Float32Array.of(of), [1, 1]);
  const feeds = new Map([
    ["x", one(value)],
    ["w", one(1)],
  ]);
  expect(floats((await session.run(feeds)).get("y")!)[0]).toBe(expected);
  await session.dispose();
});

test.each(["fp16", "bf16"] as const)("the CPU refuses %s by the ops that it lacks, with advice", async (precision) => {
  const error = await openDevice("cpu", precision).catch((caught: unknown) => caught as Error);
  expect((error as Error).message).toMatch(
    new RegExp(`^Cannot use --precision ${precision} with --device cpu:.*FusedMatMul: .*Leave --precision out`, "s"),
  );
  expect(error).toMatchObject({ name: "UsageError" });
});

const env = softwareGpu();
test.skipIf(!env)("a GPU without half floats refuses too, and ONNX Runtime does not write beside it", async () => {
  const place = new Workplace();
  const data = place.examples("annotations.jsonlines", 2);
  const flags = ["--device", "webgpu", "--precision", "fp16", "--output", place.path("run")];
  const { code, stderr } = await relata(["train", data, ...flags], { env: env! });
  place.remove();
  expect(code).toBe(64);
  expect(stderr).toContain("Gemm, MatMul, FusedMatMul: ");
  expect(stderr).toContain("requires f16 but the device does not support it");
  expect(stderr).not.toContain("onnxruntime:");
});

// test/mixed-precision.long.test.ts makes 200 steps.
test("twenty steps in fp16 and bf16 have the losses of fp32 but for rounding", async () => {
  const [single, half, brain] = [
    lossesOf(await halfRun({ precision: "fp32", steps: 20 })),
    // At the usual 65536 the second step is skipped, and a run that misses a step is another run.
    lossesOf(await halfRun({ precision: "fp16", steps: 20, lossScale: 1024 })),
    lossesOf(await halfRun({ precision: "bf16", steps: 20 })),
  ];
  expect(half.length).toBe(20);
  expect(farthest(half, single)).toBeLessThan(1e-2);
  expect(farthest(half, single)).toBeGreaterThan(0);
  expect(farthest(brain, single)).toBeLessThan(0.1);
  expect(farthest(brain, single)).toBeGreaterThan(farthest(half, single));
});

test("an overflow skips its step, halves the scale, and the run goes on; resumed, it goes on alike", async () => {
  const kept = new Map<number, { state: TrainingState; weights: Weights }>();
  const events = await halfRun({
    precision: "fp16",
    steps: 8,
    onBoundary: (step, state, weights) =>
      kept.set(step, { state: structuredClone(state), weights: structuredClone(weights) }),
    wrap: (session) => ({
      weights: session.weights,
      specs: session.specs,
      device: session.device,
      scalesLoss: session.scalesLoss,
      countRows: (batch) => session.countRows(batch),
      async run(batch, occasion) {
        const step = await session.run(batch, occasion);
        if (occasion.step === 4) step.gradients.dense.get("classifier.weight")![0] = Infinity;
        return step;
      },
    }),
  });
  // The initial scale is too high for the second step, too.
  const types = ["step", "overflow", "step", "step", "overflow", "step", "step", "step"];
  expect(events.map(({ type }) => type)).toEqual(types);
  expect(events[4]).toMatchObject({ step: 5, lossScale: 2 ** 14, skippedSteps: 2 });
  const [before, skipped, after] = [4, 5, 6].map((step) => kept.get(step)!);
  expect(skipped!.weights).toEqual(before!.weights);
  expect(skipped!.state.optimizer.step).toBe(3);
  expect(after!.weights).not.toEqual(before!.weights);
  expect(after!.state.loop.lossScaler).toEqual({ scale: 2 ** 14, growthTracker: 1, skippedSteps: 2 });
  const resumed = await halfRun({ precision: "fp16", steps: 8, resume: after! });
  expect(resumed).toEqual(events.slice(6));
});

test("a loss scale that is far too high comes down by itself; gradients that no scale saves end the run", async () => {
  const states: TrainingState[] = [];
  const initial: Weights = new Map();
  await halfRun({
    precision: "fp16",
    steps: 1,
    onBoundary: (_, state, trained) => {
      states.push(structuredClone(state));
      for (const [name, weight] of trained) initial.set(name, structuredClone(weight));
    },
  });
  const [{ loop, optimizer }] = states as [TrainingState];
  const weights = (scale: number): Weights =>
    new Map([...initial].map(([name, { shape, data }]) => [name, { shape, data: data.map((one) => one * scale) }]));
  const high = { loop: { ...loop, lossScaler: { scale: 2 ** 30, growthTracker: 0, skippedSteps: 0 } }, optimizer };
  const events = await halfRun({ precision: "fp16", steps: 20, resume: { state: high, weights: weights(1) } });
  const overflows = events.filter(({ type }) => type === "overflow");
  expect(overflows.length).toBeGreaterThan(2);
  expect(events.at(-1)).toMatchObject({ type: "step", lossScale: 2 ** (30 - overflows.length) });
  await expect(
    halfRun({ precision: "fp16", steps: 40, resume: { state: { loop, optimizer }, weights: weights(1e6) } }),
  ).rejects.toThrow(/diverged at step 18: its gradients overflow float16 even at a loss scale below 1/);
});

test("trainer_state.json keeps the scaler, and runs without one have none", () => {
  const digest = "0".repeat(64);
  const relata = {
    version: 1,
    basis: {
      relata: "1",
      onnxruntime: "1",
      settings: {},
      sources: null,
      data: [],
      texts: { train: 1, validation: 1, test: 0 },
      model: digest,
      parameters: digest,
    },
    best: { value: null, step: 0, evaluationsSince: 0, keptStep: 0 },
    lastEvaluation: 0,
    losses: [],
    optimizerStep: 1,
    seconds: 1,
    threads: 1,
  };
  const lossScaler = { scale: 2 ** 15, growthTracker: 3, skippedSteps: 1 };
  const stateOf = (json: object) => loopStateOf(parseTrainerState({ global_step: 1, relata: json }, "file"), false);
  expect(stateOf({ ...relata, lossScaler }).lossScaler).toEqual(lossScaler);
  expect(stateOf(relata).lossScaler).toBeUndefined();
});
