import { expect, test } from "vitest";
import { StopGrace } from "./stop-grace.ts";

test("an evaluation goes on after the stop only if, at its speed, it is done in time", () => {
  const grace = (spent: number, done: number): boolean => new StopGrace(4000).allows(spent, { done, total: 100 });
  expect(grace(10_000, 80)).toBe(true);
  expect(grace(10_000, 70)).toBe(false);
  expect(grace(1, 0)).toBe(false);
});

test("time that was allowed is used up, whatever the speed promises", () => {
  const grace = new StopGrace(4000);
  expect(grace.allows(10_000, { done: 80, total: 100 })).toBe(true);
  expect(grace.allows(13_000, { done: 95, total: 100 })).toBe(true);
  expect(grace.allows(13_900, { done: 96, total: 100 })).toBe(false);
});

test("without a limit it is completed", () => {
  expect(new StopGrace(Infinity).allows(1e6, { done: 1, total: 1e6 })).toBe(true);
});
