import { expect, test } from "vitest";
import { random } from "../random.ts";
import { cpu } from "../runtime/cpu.ts";
import { AdamWGraph } from "./adamw-graph.ts";
import { AdamWKernel, type AdamWArrays } from "./adamw-kernel.ts";

/** Three chunks of the kernel and a rest that fills no vector. */
const length = 3 * 8192 + 7;
const drawn = (name: string, scale: number): Float32Array => {
  const stream = random(1, "test", name);
  return Float32Array.from({ length }, () => scale * stream.normal());
};

test("has the bytes of the graph, which more threads than two run", async () => {
  const results: AdamWArrays[] = [];
  for (const intraOpNumThreads of [2, 3]) {
    const optimizer = await AdamWGraph.create({ device: cpu, intraOpNumThreads });
    const moments = { firstMoment: new Float32Array(length), secondMoment: new Float32Array(length) };
    const arrays = { weight: drawn("weight", 0.02), gradient: drawn("gradient", 0.001), ...moments };
    for (const step of [1, 2, 3]) {
      const [stepSize, correction] = [1e-3 / (1 - 0.9 ** step), Math.sqrt(1 - 0.999 ** step)];
      const numbers = { beta1: 0.9, beta2: 0.999, scale: 0.37, keep: 1 - 1e-5, stepSize, correction, epsilon: 1e-8 };
      await optimizer.step({ ...arrays, gradient: drawn(`gradient ${step}`, 0.001) }, numbers);
    }
    await optimizer.dispose();
    results.push(arrays);
  }
  const [kernel, graph] = results;
  for (const name of ["weight", "firstMoment", "secondMoment"] as const) {
    expect(kernel![name].every(Number.isFinite)).toBe(true);
    expect(kernel![name], name).toEqual(graph![name]);
  }
  expect(kernel!.weight).not.toEqual(drawn("weight", 0.02));
});

test("moments that decay below the least normal number become 0", async () => {
  const kernel = await AdamWKernel.create();
  const of = (value: number): Float32Array => new Float32Array(5).fill(value);
  const arrays = { weight: of(1), gradient: of(0), firstMoment: of(-1.2e-38), secondMoment: of(1.3e-38) };
  const scalars = { beta1: 0.9, ofGradient: 0.1, beta2: 0.999, ofSquare: 0.001, keep: 1, spread: 1, epsilon: 1e-8 };
  kernel.step(arrays, scalars);
  expect(arrays.firstMoment.every((moment) => Math.abs(moment) === 0)).toBe(true);
  expect(arrays.secondMoment).toEqual(of(Math.fround(Math.fround(1.3e-38) * Math.fround(0.999))));
  expect(arrays.weight).toEqual(of(1));
  // A run that diverges has to show it.
  kernel.step({ ...arrays, gradient: of(NaN) }, scalars);
  for (const array of [arrays.weight, arrays.firstMoment, arrays.secondMoment]) expect(array).toEqual(of(NaN));
});
