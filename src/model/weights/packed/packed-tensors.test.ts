import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, assert, float, property } from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { CheckpointError } from "../../checkpoint-error.ts";
import { writeSafetensors, type StoredWeight } from "../safetensors/write.ts";
import type { TensorFile } from "../tensor-file.ts";
import { openWeights } from "../weights.ts";
import { readWeights } from "../read-weights.ts";
import { blockSize, packBlocks, unpackBlocks, type Bits } from "./blocks.ts";
import { packing, packMatrix } from "./packed-tensors.ts";

const folder = mkdtempSync(join(tmpdir(), "relata-packed-"));
afterAll(() => rmSync(folder, { recursive: true }));

const unpacked = (data: Float32Array, bits: Bits): Float32Array => {
  const target = new Float32Array(data.length);
  unpackBlocks(packBlocks(data, bits), bits, target);
  return target;
};
const weights = array(float({ min: -8, max: 8, noNaN: true }), {
  minLength: 2 * blockSize,
  maxLength: 2 * blockSize,
}).map((values) => Float32Array.from(values));

describe.each([
  [4, 1 / 8],
  [8, 1 / 127],
] as const)("%i bits", (bits, step) => {
  test("differ from the weights by a step of the block's largest at most", () => {
    assert(
      property(weights, (data) => {
        const read = unpacked(data, bits);
        for (let start = 0; start < data.length; start += blockSize) {
          const largest = Math.max(...data.subarray(start, start + blockSize).map(Math.abs));
          // A float16 scale is off by 2⁻¹¹ of itself, or by 2⁻²⁵ where it is tiny.
          const bound = largest * step * 1.001 + largest * 2 ** -10 + 128 * 2 ** -25;
          for (let i = start; i < start + blockSize; i++)
            expect(Math.abs(read[i]! - data[i]!)).toBeLessThanOrEqual(bound);
        }
      }),
    );
  });

  test("come out unchanged when weights made of them are packed again", () => {
    assert(
      property(weights, (data) => {
        const once = unpacked(data, bits);
        expect(unpacked(once, bits)).toEqual(once);
      }),
    );
  });
});

test("4 bits are laid out as Q4_0 of ggml", () => {
  const data = Float32Array.from({ length: blockSize }, (_, i) => (i - 16) / 2);
  const { values, scales } = packBlocks(data, 4);
  expect([...scales]).toEqual([0x3c00]); // -8 / -8 = 1
  // The first weight, -8, is integer 0; the 17th, 0, is integer 8, in the upper half of the first byte.
  expect(values[0]).toBe(0 | (8 << 4));
  expect(values[15]).toBe(8 | (15 << 4)); // -0.5 rounds up to 0, and 7.5 to 8, which is out of range: 7
});

let file = 0;
async function open(
  tensors: readonly (readonly [string, StoredWeight])[],
  metadata = { format: "pt", [packing.key]: packing.value },
): Promise<TensorFile> {
  const place = join(folder, `${file++}`);
  mkdirSync(place);
  await writeSafetensors(join(place, "model.safetensors"), tensors, metadata);
  return openWeights(place);
}

const matrix = { shape: [3, 64], data: Float32Array.from({ length: 192 }, (_, i) => Math.sin(i)) };
const bias = { shape: [3], data: Float32Array.of(1, 2, 3) };

test.each([4, 8] as const)("a file of %i bits is read as float32, other tensors as they are", async (bits) => {
  const opened = await open([...packMatrix("dense.weight", matrix, bits), ["dense.bias", bias]]);
  expect(opened.names).toEqual(["dense.bias", "dense.weight"]);
  expect(opened.info("dense.weight")).toEqual({ dtype: "F32", shape: [3, 64], bytes: 768 });
  const [dense, row, plain] = await readWeights(opened, [
    { name: "dense.weight" },
    { name: "dense.weight", rows: [2] },
    { name: "dense.bias" },
  ]);
  expect(dense).toEqual(unpacked(matrix.data, bits));
  expect(row).toEqual(dense!.subarray(128));
  expect(plain).toEqual(bias.data);
  await expect(opened.readRows("dense.weight", [3])).rejects.toThrow(/no such row/);
  await opened.close();
});

test("a file that does not say it is packed keeps its tensors' names", async () => {
  const opened = await open(packMatrix("dense.weight", matrix, 4), { format: "pt" } as never);
  expect([...opened.names].sort()).toEqual(["dense.weight.q4", "dense.weight.scale"]);
  await opened.close();
});

test("integers whose scales are missing, or are too few, are refused by name", async () => {
  const [values, scales] = packMatrix("dense.weight", matrix, 4);
  await expect(open([values!])).rejects.toThrow(/dense\.weight.*no scales/s);
  const few = { ...scales![1], shape: [1, 2], data: new Uint16Array(2) } as StoredWeight;
  await expect(open([values!, ["dense.weight.scale", few]])).rejects.toThrow(CheckpointError);
});
