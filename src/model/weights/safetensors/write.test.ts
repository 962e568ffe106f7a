import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { UnavailableError } from "../../../errors.ts";
import { numElements } from "../tensor.ts";
import type { Weight } from "../tensor.ts";
import { openSafetensors } from "./read.ts";
import { writeSafetensors } from "./write.ts";

const folder = mkdtempSync(join(tmpdir(), "relata-write-"));
afterAll(() => rmSync(folder, { recursive: true }));
const oracle = join(import.meta.dirname, "../../../../test/oracle/safetensors");

const weight: fc.Arbitrary<Weight> = fc
  .array(fc.nat({ max: 4 }), { maxLength: 4 })
  .chain((shape) =>
    fc.float32Array({ minLength: numElements(shape), maxLength: numElements(shape) }).map((data) => ({ shape, data })),
  );
const name = fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => text !== "__metadata__");
const weights = fc.uniqueArray(fc.tuple(name, weight), { maxLength: 6, selector: ([key]) => key });

describe("writeSafetensors", () => {
  it("writes what openSafetensors reads, scalars and empty tensors too", async () => {
    const path = join(folder, "round-trip");
    await fc.assert(
      fc.asyncProperty(weights, async (tensors) => {
        const digest = await writeSafetensors(path, tensors, { format: "pt", made: "by a test" });
        const bytes = readFileSync(path);
        expect(digest).toEqual({ bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
        expect(Number(bytes.readBigUInt64LE()) % 8).toBe(0);
        const file = await openSafetensors(path);
        expect(file.names.length).toBe(tensors.length);
        expect(Object.fromEntries(file.metadata)).toEqual({ format: "pt", made: "by a test" });
        for (const [key, { shape, data }] of tensors) {
          expect(file.info(key)).toEqual({ dtype: "F32", shape, bytes: data.byteLength });
          expect(await file.read(key)).toEqual(data);
        }
        await file.close();
      }),
      { numRuns: 100 },
    );
  });

  it("writes float16 as it is, after the float32 tensors", async () => {
    const path = join(folder, "mixed");
    const half = { dtype: "F16", shape: [3], data: Uint16Array.of(0x3c00, 0xc000, 0x7bff) } as const;
    await writeSafetensors(path, [
      ["a", half],
      ["b", { shape: [], data: Float32Array.of(0.1) }],
    ]);
    const file = await openSafetensors(path);
    expect(file.info("a")).toEqual({ dtype: "F16", shape: [3], bytes: 6 });
    expect(await file.read("a")).toEqual(Float32Array.of(1, -2, 65504));
    expect(await file.read("b")).toEqual(Float32Array.of(0.1));
    expect(readFileSync(path).subarray(-6)).toEqual(Buffer.from(half.data.buffer));
    await file.close();
  });

  it("writes the same bytes in whatever order the tensors come", async () => {
    await fc.assert(
      fc.asyncProperty(weights, async (tensors) => {
        const first = await writeSafetensors(join(folder, "first"), tensors);
        expect(await writeSafetensors(join(folder, "second"), tensors.toReversed())).toEqual(first);
      }),
      { numRuns: 30 },
    );
  });

  it("writes the bytes that Python's safetensors writes", async () => {
    const original = join(oracle, "float32.safetensors");
    const file = await openSafetensors(original);
    const tensors = await Promise.all(
      file.names.map(async (key) => [key, { shape: file.info(key).shape, data: await file.read(key) }] as const),
    );
    await file.close();
    await writeSafetensors(join(folder, "copy"), tensors);
    expect(readFileSync(join(folder, "copy"))).toEqual(readFileSync(original));
  });

  it("writes a part of a larger buffer as that part", async () => {
    const data = new Float32Array([1, 2, 3, 4]).subarray(1, 3);
    await writeSafetensors(join(folder, "part"), [["a", { shape: [2], data }]]);
    expect([...readFileSync(join(folder, "part")).subarray(-8)]).toEqual([0, 0, 0, 64, 0, 0, 64, 64]);
  });

  it("leaves the old file, and no other, when it fails in the middle", async () => {
    const place = join(folder, "failing");
    mkdirSync(place);
    const path = join(place, "model.safetensors");
    writeFileSync(path, "old");
    let asked = 0;
    const failing: Weight = {
      shape: [1],
      get data(): Float32Array {
        if (asked++ > 0) throw new Error("the disk is on fire");
        return new Float32Array(1);
      },
    };
    const tensors = [
      ["a", { shape: [1], data: new Float32Array(1) }],
      ["b", failing],
    ] as const;
    await expect(writeSafetensors(path, tensors)).rejects.toThrow("the disk is on fire");
    expect(asked).toBe(2);
    expect(readdirSync(place)).toEqual(["model.safetensors"]);
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  it("refuses what the format cannot hold", async () => {
    const data = new Float32Array(2);
    const write = (...tensors: [string, Weight][]): Promise<unknown> => writeSafetensors(join(folder, "bad"), tensors);
    await expect(write(["a", { shape: [3], data }])).rejects.toThrow("[3] does not hold 2 elements");
    await expect(write(["a", { shape: [2], data }], ["a", { shape: [2], data }])).rejects.toThrow("given twice");
    await expect(write(["__metadata__", { shape: [2], data }])).rejects.toThrow("cannot be the name");
    await expect(write(["\ud83d", { shape: [2], data }])).rejects.toThrow("cannot be the name");
  });

  it("says so if the place cannot be written", async () => {
    await expect(writeSafetensors(join(folder, "absent", "file"), [])).rejects.toThrow(UnavailableError);
  });
});
