// Training and scoring on a GPU that is software: equal to the CPU, with the weights staying on the device.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { familyFolder } from "./support/encoder-families.ts";
import { softwareGpu } from "./support/software-gpu.ts";
import { parseJsonLines, relata, Workplace, type CliResult } from "./support/run-cli.ts";

const place = new Workplace();
const base = familyFolder("bert");
afterAll(() => {
  place.remove();
  rmSync(base, { recursive: true });
});
const data = place.examples("annotations.jsonlines", 6);
const env = softwareGpu();
if (!env)
  process.stderr.write(
    "SKIPPED: training and scoring on WebGPU were not tested: there is no software GPU. `node scripts/software-gpu.js` fetches one.\n",
  );

interface Logged {
  readonly type: string;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly onDevice: number;
  readonly onCpu: Readonly<Record<string, number>>;
  readonly bytesToDevice: number;
  readonly bytesFromDevice: number;
  readonly weightBytes: number;
}

const train = async (device: string, ...flags: readonly string[]): Promise<CliResult> =>
  relata(
    [
      "train",
      data,
      "--model",
      base,
      "--device",
      device,
      "--output",
      place.path(device),
      "--max-steps",
      "2",
      "--batch-size",
      "4",
      "--threads",
      "1",
      ...flags,
    ],
    env ? { env, killAfter: 500_000 } : {},
  );
const logOf = (device: string): Logged[] =>
  parseJsonLines(readFileSync(join(place.path(device), "metrics.jsonl"), "utf8"));
const steps = (device: string): Logged[] => logOf(device).filter(({ type }) => type === "step");

describe.skipIf(!env)("on a software GPU", { timeout: 600_000 }, () => {
  test("two steps have the losses and gradients of the CPU, and only shapes are computed on the CPU", async () => {
    for (const device of ["cpu", "webgpu"]) {
      const { code, stderr } = await train(device);
      expect(code, stderr).toBe(0);
    }
    for (const [i, { loss, gradientNorm }] of steps("webgpu").entries()) {
      const expected = steps("cpu")[i]!;
      expect(Math.abs(loss / expected.loss - 1), `step ${i + 1}`).toBeLessThan(1e-4);
      expect(Math.abs(gradientNorm / expected.gradientNorm - 1)).toBeLessThan(1e-4);
    }
    const { onDevice, onCpu, ...moved } = logOf("webgpu").find(({ type }) => type === "placement")!;
    expect(onDevice).toBeGreaterThan(300);
    // Vectors of sizes, and their elements.
    expect(
      Object.keys(onCpu).filter((op) => !["Concat", "Reshape", "Mul", "Shape", "Gather", "Slice"].includes(op)),
    ).toEqual([]);
    // Ids and positions of four texts, two places of each dropout mask; the loss and the norm.
    expect(moved.bytesToDevice).toBeLessThan(20_000);
    expect(moved.bytesFromDevice).toBe(8);
  });

  test("the trained model answers as on the CPU", async () => {
    const answers = [];
    for (const device of ["cpu", "webgpu"]) {
      const { stdout, stderr, code } = await relata(["predict", place.path("cpu"), data, "--device", device], {
        env: env!,
        killAfter: 500_000,
      });
      expect(code, stderr).toBe(0);
      answers.push(parseJsonLines<{ relations: { probability: number }[] }>(stdout));
    }
    const [cpu, gpu] = answers.map((lines) =>
      lines.flatMap(({ relations }) => relations.map(({ probability }) => probability)),
    );
    expect(gpu!.length).toBe(cpu!.length);
    for (const [i, probability] of gpu!.entries()) expect(Math.abs(probability - cpu![i]!)).toBeLessThan(1e-4);
  });

  test("int8 is for the CPU", async () => {
    const { code, stderr } = await relata(
      ["predict", place.path("cpu"), data, "--device", "webgpu", "--dtype", "int8"],
      { env: env!, killAfter: 500_000 },
    );
    expect(code).toBe(64);
    expect(stderr).toContain("--dtype int8 is for the CPU");
  });
});

const nowhere = {
  VK_ICD_FILENAMES: join(place.folder, "nowhere.json"),
  VK_DRIVER_FILES: join(place.folder, "nowhere.json"),
};

test("where no GPU opens, a run with auto says that it takes the CPU", async () => {
  const output = place.path("auto");
  const flags = ["--device", "auto", "--max-steps", "1", "--threads", "1", "--output", output];
  const { code, stdout, stderr } = await relata(["train", data, "--model", base, ...flags], { env: nowhere });
  expect(code, stderr).toBe(0);
  expect(stdout + stderr).toContain("--device auto takes the CPU: no GPU could be opened");
});

test.each(["webgpu", "cuda"])("without %s the error says what is needed", async (device) => {
  const { code, stderr } = await relata(
    ["train", data, "--model", base, "--device", device, "--output", place.path("none")],
    { env: nowhere },
  );
  expect(code, stderr).toBe(69);
  expect(stderr).toContain(`Cannot use --device ${device}`);
  expect(existsSync(join(place.path("none"), "config.json"))).toBe(false);
});
