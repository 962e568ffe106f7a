// Two hundred steps in fp16 beside fp32, and a run in fp16 that is interrupted and resumed through its files.
import { expect, test, vi } from "vitest";
import { farthest, halfRun, lossesOf } from "./support/half-runs.ts";
import { expectSame, small } from "./support/resumed-runs.ts";

vi.mock("../src/runtime/devices.ts", async () => {
  const { halfDevice } = await import("./support/half-device.ts");
  return { openDevice: async () => halfDevice };
});

test("two hundred steps in fp16 have the losses of fp32 to 1e-2", async () => {
  const single = lossesOf(await halfRun({ precision: "fp32", steps: 200 }));
  const half = lossesOf(await halfRun({ precision: "fp16", steps: 200, lossScale: 1024 }));
  expect(half.length).toBe(200);
  process.stderr.write(`fp16 beside fp32: losses differ by at most ${farthest(half, single)} in 200 steps\n`);
  expect(farthest(half, single)).toBeLessThan(1e-2);
});

test("a run in fp16 that is resumed is the uninterrupted one to the byte", () =>
  expectSame({ ...small, precision: "fp16", maxSteps: 9, evalSteps: 4 }, [2, 6]));
