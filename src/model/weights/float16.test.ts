import { expect, test } from "vitest";
import { widenFloat16 } from "./float-widening.ts";
import { toFloat16 } from "./float16.ts";

/** Every float16 from 0 to 65504, as float32, in order. */
const halves = new Float32Array(0x7c00);
widenFloat16(new Uint8Array(Uint16Array.from(halves, (_, i) => i).buffer), halves);

const bitsOf = (data: Float32Array): Uint16Array =>
  toFloat16(new Map([["w", { shape: [data.length], data }]]), "folder").get("w")!.data;

test("every float16 of either sign keeps its bits", () => {
  expect(bitsOf(halves)).toEqual(Uint16Array.from(halves, (_, i) => i));
  expect(bitsOf(halves.map((value) => -value))).toEqual(Uint16Array.from(halves, (_, i) => i | 0x8000));
});

/** The next float32 after those of `data`, away from 0 or towards it. */
const next = (data: Float32Array, step: 1 | -1): Float32Array =>
  new Float32Array(new Uint32Array(data.slice().buffer).map((bits) => bits + step).buffer);

test("halfway between two neighbours the even one is taken, and the nearer one beside it", () => {
  const middles = halves.slice(0, -1).map((value, i) => (value + halves[i + 1]!) / 2);
  expect(bitsOf(middles)).toEqual(Uint16Array.from(middles, (_, i) => i + (i % 2)));
  expect(bitsOf(next(middles, 1))).toEqual(Uint16Array.from(middles, (_, i) => i + 1));
  expect(bitsOf(next(middles, -1))).toEqual(Uint16Array.from(middles, (_, i) => i));
});

test("a view into a longer array is read where it stands", () => {
  expect(bitsOf(Float32Array.of(9, 1, 2, 9).subarray(1, 3))).toEqual(Uint16Array.of(0x3c00, 0x4000));
});

test.each([65520, -65520, 1e30, Infinity, NaN])("%s is refused by name; what rounds to 65504 is not", (value) => {
  expect(() => bitsOf(Float32Array.of(1, value))).toThrow(/tensor "w": too large for float16: .* at 1/);
  expect(bitsOf(Float32Array.of(65519, -65519))).toEqual(Uint16Array.of(0x7bff, 0xfbff));
});
