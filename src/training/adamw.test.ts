import { expect, test } from "vitest";
import { cpu } from "../runtime/cpu.ts";
import { random } from "../random.ts";
import type { Weights } from "../nn/parameters.ts";
import { AdamW, type AdamWOptions } from "./adamw.ts";
import type { Gradients } from "./gradients.ts";

const usual: AdamWOptions = { weightDecay: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const [rows, width] = [40, 3];
const specs = [
  { name: "dense.weight", shape: [rows, width], init: "zeros" as const },
  { name: "table.weight", shape: [rows, width], init: "zeros" as const },
];
/** A length above that of the slices in which the graph works, so that slices meet. */
const longSpecs = [{ name: "dense.weight", shape: [3, 300_001], init: "zeros" as const }];

const drawn = (length: number, name: string, scale = 1): Float32Array => {
  const stream = random(1, "test", name);
  return Float32Array.from({ length }, () => scale * stream.normal());
};

/** Gradients of a step: rows 2, 3, … have one; those from 30 on never do. */
const rowsOf = (step: number): Int32Array => Int32Array.from({ length: 10 }, (_, i) => (7 * step + i) % 30);

async function trained(
  options: AdamWOptions & { readonly intraOpNumThreads?: number },
  rates: readonly number[],
  scale = 1,
): Promise<Float32Array[]> {
  const weights = new Map(specs.map(({ name, shape }) => [name, { shape, data: drawn(rows * width, name) }]));
  const optimizer = await AdamW.create(weights, specs, { intraOpNumThreads: 1, ...options, device: cpu });
  for (const [step, rate] of rates.entries()) {
    const dense = new Map([["dense.weight", drawn(rows * width, `dense ${step}`)]]);
    const tables = new Map([["table.weight", { rows: rowsOf(step), values: drawn(10 * width, `table ${step}`) }]]);
    await optimizer.step({ dense, tables }, rate, scale);
  }
  await optimizer.dispose();
  return specs.map(({ name }) => weights.get(name)!.data);
}

/** AdamW as in its paper, for every element on its own, zeros included. */
function reference(which: number, rates: readonly number[], scale: number): number[] {
  const { weightDecay, beta1, beta2, epsilon } = usual;
  const w = Array.from(drawn(rows * width, specs[which]!.name));
  const m = w.map(() => 0);
  const v = w.map(() => 0);
  for (const [step, rate] of rates.entries()) {
    let g: Float32Array;
    if (which === 0) g = drawn(rows * width, `dense ${step}`);
    else {
      g = new Float32Array(rows * width);
      const values = drawn(10 * width, `table ${step}`);
      for (const [i, row] of rowsOf(step).entries()) g.set(values.subarray(i * width, (i + 1) * width), row * width);
    }
    for (const i of w.keys()) {
      const scaled = g[i]! * scale;
      m[i] = beta1 * m[i]! + (1 - beta1) * scaled;
      v[i] = beta2 * v[i]! + (1 - beta2) * scaled ** 2;
      const first = m[i] / (1 - beta1 ** (step + 1));
      const second = v[i] / (1 - beta2 ** (step + 1));
      w[i] = w[i]! * (1 - rate * weightDecay) - (rate * first) / (Math.sqrt(second) + epsilon);
    }
  }
  return w;
}

const rates = [0, 0.01, 0.02, 0.01, 0.005, 0];
const ways = [
  { name: "in JavaScript", options: { smallestGraphArray: Infinity }, tolerance: 1e-6 },
  { name: "in the kernel", options: { smallestGraphArray: 0 }, tolerance: 1e-6 },
  { name: "in ONNX Runtime", options: { smallestGraphArray: 0, intraOpNumThreads: 3 }, tolerance: 1e-6 },
];

test.each(ways)(
  "$name: dense parameters, table rows that come and go, untouched rows",
  async ({ options, tolerance }) => {
    for (const scale of [1, 0.25]) {
      const ours = await trained({ ...usual, ...options }, rates, scale);
      for (const which of [0, 1]) {
        const expected = reference(which, rates, scale);
        const differences = expected.map((x, i) => Math.abs(x - ours[which]![i]!));
        expect(Math.max(...differences), specs[which]!.name).toBeLessThan(tolerance);
      }
    }
  },
);

test("an array longer than a slice is updated whole", async () => {
  const { name, shape } = longSpecs[0]!;
  const length = shape[0]! * shape[1]!;
  const [short, long] = await Promise.all(
    [Infinity, 0].map(async (smallestGraphArray) => {
      const weights = new Map([[name, { shape, data: drawn(length, name) }]]);
      const optimizer = await AdamW.create(weights, longSpecs, {
        ...usual,
        smallestGraphArray,
        intraOpNumThreads: 3,
        device: cpu,
      });
      await optimizer.step({ dense: new Map([[name, drawn(length, "g")]]), tables: new Map() }, 0.01);
      await optimizer.dispose();
      return weights.get(name)!.data;
    }),
  );
  expect(short!.every((x, i) => Math.abs(x - long![i]!) < 1e-6)).toBe(true);
});

test("a restored optimizer goes on as the first would have, to the bit", async () => {
  const start = (): Weights =>
    new Map(specs.map(({ name, shape }) => [name, { shape, data: drawn(rows * width, name) }]));
  const gradients = (step: number): Gradients => ({
    dense: new Map([["dense.weight", drawn(rows * width, `dense ${step}`)]]),
    tables: new Map([["table.weight", { rows: rowsOf(step), values: drawn(10 * width, `table ${step}`) }]]),
  });
  const weights = start();
  const first = await AdamW.create(weights, specs, { ...usual, intraOpNumThreads: 1, device: cpu });
  for (let step = 0; step < 3; step++) await first.step(gradients(step), 0.01);
  // Its arrays change at the next step.
  const live = first.state();
  const state = { ...live, arrays: new Map([...live.arrays].map(([name, array]) => [name, array.slice()])) };
  const copies: Weights = new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
  for (let step = 3; step < 6; step++) await first.step(gradients(step), 0.01);

  const second = await AdamW.create(copies, specs, { ...usual, intraOpNumThreads: 1, device: cpu });
  // Loading the state discards an earlier step of the second optimizer.
  const before = new Map([...copies].map(([name, { data }]) => [name, data.slice()]));
  await second.step(gradients(9), 0.5);
  for (const [name, { data }] of copies) data.set(before.get(name)!);
  second.restore(state);
  for (let step = 3; step < 6; step++) await second.step(gradients(step), 0.01);
  for (const { name } of specs) expect(copies.get(name)!.data).toEqual(weights.get(name)!.data);

  expect(() => second.restore({ step: 1, arrays: new Map([["other.firstMoment", new Float32Array(1)]]) })).toThrow(
    "Cannot restore AdamW: other.firstMoment belongs to no parameter of this model",
  );
  const short = new Map([...state.arrays, ["dense.weight.firstMoment", new Float32Array(2)] as const]);
  expect(() => second.restore({ step: 1, arrays: short })).toThrow(
    "expected 120 numbers for dense.weight.firstMoment, found 2",
  );
  await Promise.all([first.dispose(), second.dispose()]);
});
