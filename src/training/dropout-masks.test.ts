import { expect, test } from "vitest";
import { input } from "../autodiff/index.ts";
import { DropoutMasks } from "./dropout-masks.ts";

const sizes = new Map(Object.entries({ batch: 4, words: 30, entities: 2, mention: 3, pairs: 4 }));
const site = (name: string, shape: (string | number)[], probability: number) => ({
  name,
  probability,
  mask: input(`dropout.${name}`, shape),
});
const sites = [
  site("hidden", ["batch", "words", 64], 0.1),
  site("attention", ["batch", 4, "words", "words+entities"], 0.1),
  site("flat", ["(words+entities)*batch", 16], 0.5),
  site("head", ["pairs", 8], 0.1),
];
const masksOf = (seed: number, epoch: number, step: number, part?: number) =>
  new DropoutMasks(sites, seed).feeds(sizes, epoch, step, part);
const valuesOf = (seed: number, epoch: number, step: number, part?: number) =>
  masksOf(seed, epoch, step, part).get("dropout.hidden")!.data;

test("masks have the shape of what they mask", () => {
  const masks = masksOf(1, 0, 0);
  expect([...masks].map(([name, { dims }]) => [name, dims])).toEqual([
    ["dropout.hidden", [4, 30, 64]],
    ["dropout.attention", [4, 4, 30, 32]],
    ["dropout.flat", [128, 16]],
    ["dropout.head", [4, 8]],
  ]);
  for (const { data, dims } of masks.values()) expect(data.length).toBe(dims.reduce((a, b) => a * b, 1));
});

test("values are 0 or 1/(1-p), dropped with probability p", () => {
  for (const [name, p] of [
    ["hidden", 0.1],
    ["flat", 0.5],
  ] as const) {
    const { data } = masksOf(1, 0, 0).get(`dropout.${name}`)!;
    const values = [...data].map(Number);
    expect([...new Set(values)].sort((a, b) => a - b)).toEqual([0, Math.fround(1 / (1 - p))]);
    const dropped = values.filter((value) => value === 0).length / values.length;
    expect(Math.abs(dropped - p)).toBeLessThan(0.04);
  }
});

test("masks are a function of seed, epoch, step and part alone, and each of them matters", () => {
  const masks = new DropoutMasks(sites, 1);
  masks.feeds(sizes, 3, 17);
  expect(masks.feeds(sizes, 0, 5).get("dropout.hidden")!.data).toEqual(valuesOf(1, 0, 5));
  for (const other of [valuesOf(2, 0, 5), valuesOf(1, 1, 5), valuesOf(1, 0, 6), valuesOf(1, 0, 5, 1)]) {
    expect(other).not.toEqual(valuesOf(1, 0, 5));
  }
});
