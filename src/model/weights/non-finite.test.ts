import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openSafetensors } from "./safetensors/read.ts";
import { writeSafetensors } from "./safetensors/write.ts";
import { findNonFinite, type NonFinite } from "./non-finite.ts";

const folder = mkdtempSync(join(tmpdir(), "relata-non-finite-"));
afterAll(() => rmSync(folder, { recursive: true }));

const weight = (
  shape: readonly number[],
  spoil: Record<number, number> = {},
): { shape: readonly number[]; data: Float32Array } => {
  const data = new Float32Array(shape.reduce((product, dim) => product * dim, 1)).fill(0.5);
  for (const [index, value] of Object.entries(spoil)) data[Number(index)] = value;
  return { shape, data };
};

async function find(
  weights: Record<string, ReturnType<typeof weight>>,
  pieceElements: number,
): Promise<{ result: NonFinite; seen: number[]; totalBytes: number }> {
  const path = join(folder, "model.safetensors");
  await writeSafetensors(path, new Map(Object.entries(weights)));
  const file = await openSafetensors(path);
  const search = findNonFinite(file, { pieceElements });
  const seen: number[] = [];
  let totalBytes = 0;
  try {
    for (;;) {
      const { done, value } = await search.next();
      if (done) return { result: value, seen, totalBytes };
      seen.push(value.bytes);
      ({ totalBytes } = value);
    }
  } finally {
    await file.close();
  }
}

// Smaller than a row, a row, some rows and a rest, all.
test.each([1, 3, 7, 1000])("finds every value that is no number, in pieces of %i elements", async (pieceElements) => {
  const { result, seen, totalBytes } = await find(
    {
      "a.table": weight([5, 3], { 0: Infinity, 7: Number.NaN, 14: -Infinity }),
      "b.vector": weight([11], { 10: Number.NaN }),
      "c.whole": weight([2, 2, 2]),
      "d.scalar": weight([], { 0: -Infinity }),
      "e.empty": weight([0, 4]),
      "f.flat": weight([4, 0]),
    },
    pieceElements,
  );
  expect(result).toEqual({
    tensors: 6,
    elements: 15 + 11 + 8 + 1,
    found: [
      { tensor: "a.table", value: Infinity, index: 0, count: 3 },
      { tensor: "b.vector", value: Number.NaN, index: 10, count: 1 },
      { tensor: "d.scalar", value: -Infinity, index: 0, count: 1 },
    ],
  });
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect([seen.at(-1), totalBytes]).toEqual([35 * 4, 35 * 4]);
});
