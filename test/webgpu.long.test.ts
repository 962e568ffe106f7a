// Fifty steps of each family of encoders on a GPU that is software, beside the CPU:
//     npx vitest run --mode long test/webgpu.long.test.ts
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { familyFolder, models } from "./support/encoder-families.ts";
import { parseJsonLines, relata, Workplace } from "./support/run-cli.ts";
import { softwareGpu } from "./support/software-gpu.ts";

const place = new Workplace();
afterAll(() => place.remove());
const data = place.examples("annotations.jsonlines", 6);
const env = softwareGpu();
if (!env)
  process.stderr.write(
    "SKIPPED: fifty steps of each family on WebGPU were not tested: there is no software GPU. `node scripts/software-gpu.js` fetches one.\n",
  );

interface Logged {
  readonly type: string;
  readonly loss: number;
  readonly onDevice: number;
  readonly onCpu: Readonly<Record<string, number>>;
  readonly bytesToDevice: number;
}

async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await relata([...args], { env: env!, killAfter: 3_000_000 });
  expect(code, stderr).toBe(0);
  return stdout;
}

const probabilities = (lines: string): number[] =>
  parseJsonLines<{ relations: { probability: number }[] }>(lines).flatMap(({ relations }) =>
    relations.map(({ probability }) => probability),
  );
const names = ["luke-mini", ...models.map(({ name }) => name)];

describe.skipIf(!env)("on a software GPU", { timeout: 3_600_000 }, () => {
  test.each(names)("%s takes fifty steps with the losses of the CPU, and answers alike", async (name) => {
    const isOwn = name === "luke-mini";
    const model = isOwn ? name : familyFolder(name);
    const logs = [];
    for (const device of ["cpu", "webgpu"]) {
      const output = place.path(`${name}-${device}`);
      const flags = [
        "--max-steps",
        "50",
        "--eval-steps",
        "50",
        "--batch-size",
        "4",
        "--threads",
        "1",
        "--test-size",
        "0",
      ];
      await run("train", data, "--model", model, "--device", device, "--output", output, ...flags);
      logs.push(parseJsonLines<Logged>(readFileSync(join(output, "metrics.jsonl"), "utf8")));
    }
    if (!isOwn) rmSync(model, { recursive: true });
    const [here, there] = logs.map((log) => log.filter(({ type }) => type === "step").map(({ loss }) => loss));
    expect(there!.length).toBe(50);
    const differences = there!.map((loss, i) => Math.abs(loss / here![i]! - 1));
    const { onDevice, onCpu, bytesToDevice } = logs[1]!.find(({ type }) => type === "placement")!;
    const trained = place.path(`${name}-cpu`);
    const answers: number[][] = [];
    for (const device of ["cpu", "webgpu"])
      answers.push(probabilities(await run("predict", trained, data, "--device", device)));
    const apart = answers[0]!.map((probability, i) => Math.abs(probability - answers[1]![i]!));
    process.stderr.write(
      `${name}: losses differ by at most ${Math.max(...differences).toExponential(1)}, probabilities by ${Math.max(...apart).toExponential(1)}; ` +
        `${onDevice} nodes on the device, on the CPU ${JSON.stringify(onCpu)}; ${bytesToDevice} bytes a step\n`,
    );
    expect(Math.max(...differences)).toBeLessThan(1e-4);
    expect(answers[1]!.length).toBe(answers[0]!.length);
    expect(Math.max(...apart)).toBeLessThan(1e-4);
    // Vectors of sizes, and their elements.
    const shapes = ["Concat", "Reshape", "Mul", "Add", "Shape", "Gather", "Slice"];
    expect(Object.keys(onCpu).filter((op) => !shapes.includes(op))).toEqual([]);
  });
});
