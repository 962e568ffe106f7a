import { readRleBitPackedHybrid } from "hyparquet/src/encoding.js";
import { expect, test } from "vitest";
import { random } from "../../random.ts";
import { bitsOf, NumberRuns } from "./parquet-runs.ts";

/** Runs of repeated and of packed numbers, as Parquet stores them. */
function stored(runs: readonly (readonly number[])[], width: number): Uint8Array {
  const bytes: number[] = [];
  const varint = (value: number): void => {
    for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
    bytes.push(value);
  };
  for (const run of runs) {
    if (new Set(run).size === 1) {
      varint(run.length * 2);
      for (let i = 0; i < Math.ceil(width / 8); i++) bytes.push(Math.floor(run[0]! / 2 ** (8 * i)) % 256);
      continue;
    }
    varint((run.length / 8) * 2 + 1);
    const bits = run.flatMap((value) => Array.from({ length: width }, (_, i) => Math.floor(value / 2 ** i) % 2));
    for (let i = 0; i < bits.length; i += 8)
      bytes.push(bits.slice(i, i + 8).reduce((sum, bit, at) => sum + bit * 2 ** at, 0));
  }
  return Uint8Array.from(bytes);
}

test.each([1, 2, 3, 7, 8, 9, 17, 24, 31, 32])("numbers of %i bits are read a few at a time", (width) => {
  const stream = random(1, "runs", width);
  const drawn = (): number =>
    width < 32 ? stream.below(2 ** width) : stream.below(2 ** 16) * 2 ** 16 + stream.below(7);
  const runs = Array.from({ length: 40 }, (_, i) => {
    const value = drawn();
    return i % 2 === 0
      ? Array.from({ length: 1 + stream.below(300) }, () => value)
      : [0, ...Array.from({ length: 8 * (1 + stream.below(3)) - 2 }, drawn), 1];
  });
  const expected = runs.flat();
  const bytes = stored(runs, width);
  const reading = new NumberRuns(bytes, width);
  const found: number[] = [];
  for (let some = 1; found.length < expected.length; some = (some * 7) % 61)
    found.push(...reading.take(Math.min(some, expected.length - found.length)));
  expect(found).toEqual(expected);
  expect(() => reading.take(1)).toThrow("fewer numbers");
  // The library reads the same from the same bytes, up to the widths that it can.
  if (width > 24) return;
  const whole = Array.from({ length: expected.length }, () => 0);
  readRleBitPackedHybrid({ view: new DataView(bytes.buffer), offset: 0 }, width, whole, bytes.length);
  expect(whole).toEqual(expected);
});

test("a run of any length is a few bytes", () => {
  const reading = new NumberRuns(stored([Array.from({ length: 3 }, () => 2)], 2), 2);
  expect(reading.take(2)).toEqual([2, 2]);
  const many = new NumberRuns(Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x0f, 1), bitsOf(1));
  expect(many.take(1000)).toEqual(Array.from({ length: 1000 }, () => 1));
});
