import { createHash } from "node:crypto";
import { readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { dict, int, op, pickle, tensor, text } from "../../../../test/support/pickle-writer.ts";
import { torchZip } from "../../../../test/support/zip-writer.ts";
import { InputMissingError } from "../../../errors.ts";
import { openTorchFile } from "./read.ts";
import { folder, withFile, write, ramp, bytesOf, writeTensors } from "../../../../test/support/torch-files.ts";

const oracle = join(import.meta.dirname, "../../../../test/oracle/torch");

const answers = z
  .object({
    files: z.record(
      z.string(),
      z.record(
        z.string(),
        z.object({
          dtype: z.string(),
          shape: z.array(z.number()),
          sha256: z.string(),
          values: z.array(z.string()).optional(),
        }),
      ),
    ),
  })
  .parse(JSON.parse(readFileSync(join(oracle, "answers.json"), "utf8")));

const dtypes: Record<string, string> = {
  float64: "F64",
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
  int64: "I64",
  int32: "I32",
  int16: "I16",
  int8: "I8",
  uint8: "U8",
  bool: "BOOL",
};

const spelled: Record<string, number> = { True: 1, False: 0, inf: Infinity, "-inf": -Infinity };
const isFloat = (dtype: string): boolean => /float/.test(dtype);

describe("files of torch", () => {
  for (const [name, tensors] of Object.entries(answers.files)) {
    it(`${name}: every tensor's bytes and values`, async () => {
      await withFile(join(oracle, name), async (file) => {
        expect(file.names).toEqual(Object.keys(tensors));
        expect(file.warnings).toEqual([]);
        for (const [tensor, { dtype, shape, sha256, values }] of Object.entries(tensors)) {
          const stored = await file.readTensor(tensor);
          const bytes = new Uint8Array(stored.data.buffer);
          expect({ dtype: stored.dtype, shape: stored.shape }, tensor).toEqual({ dtype: dtypes[dtype], shape });
          expect(createHash("sha256").update(bytes).digest("hex"), tensor).toBe(sha256);
          expect(file.info(tensor)).toEqual({ dtype: dtypes[dtype], shape, bytes: bytes.length });
          if (!values) continue;
          const data = isFloat(dtype) ? await file.read(tensor) : stored.data;
          const expected = values.map((value) => spelled[value] ?? Number(value));
          expect(Array.from(data, Number), tensor).toEqual(isFloat(dtype) ? expected.map(Math.fround) : expected);
        }
      });
    });
  }

  it.each(["float32.bin", "legacy.bin"])("%s: rows in the order asked for, also of views", async (name) => {
    await withFile(join(oracle, name), async (file) => {
      for (const tensor of file.names.filter((tensor) => /float|view|ramp/.test(tensor))) {
        const [height, ...rest] = file.info(tensor).shape;
        const width = rest.reduce((product, dim) => product * dim, 1);
        const all = await file.read(tensor);
        const rows = [height! - 1, 0, 0, 1, height! - 1];
        const expected = rows.flatMap((row) => [...all.subarray(row * width, (row + 1) * width)]);
        expect([...(await file.readRows(tensor, rows))], tensor).toEqual(expected);
      }
      await expect(file.readRows("scalar", [0])).rejects.toThrow("a scalar has no rows");
      await expect(file.readRows("view.transposed", [3])).rejects.toThrow("a row from 0 to 2");
      await expect(file.read("position_ids")).rejects.toThrow("cannot be read as float32");
      await expect(file.read("constructor")).rejects.toThrow("not in the file");
    });
  });
});

describe("reading", () => {
  it("reads no more than the rows asked for", async () => {
    // Their storage's end is cut off once the file is open: a reader of the whole would notice.
    const data = new Float32Array(300_000).map((_, i) => i);
    const bytes = torchZip(pickle(dict({ a: tensor({ size: data.length, shape: [1000, 300], strides: [300, 1] }) })), {
      0: bytesOf(data),
    });
    const path = write("rows.bin", bytes);
    await withFile(path, async (file) => {
      truncateSync(path, 20_000);
      expect((await file.readRows("a", [3]))[0]).toBe(900);
      await expect(file.read("a")).rejects.toThrow("the file became shorter while it was read");
    });
  });

  it("leaves out what is no tensor, and says so", async () => {
    const path = writeTensors({ a: tensor(), epoch: int(3), args: dict({}), none: op("NONE"), lr: text("x") });
    await withFile(path, (file) => {
      expect(file.names).toEqual(["a"]);
      expect(file.warnings).toEqual([
        `${path}: left out what is no tensor: "epoch" (3), "args" (a dict), "none" (None), and 1 more`,
      ]);
    });
  });

  it("has a tensor named __proto__ like any other", async () => {
    const path = write(
      "proto.bin",
      torchZip(pickle(op("EMPTY_DICT"), text("__proto__"), tensor(), op("SETITEM")), { 0: bytesOf(ramp) }),
    );
    await withFile(path, async (file) => expect(await file.read("__proto__")).toEqual(ramp));
  });

  it("says so if there is no file, or something else", async () => {
    await expect(openTorchFile(join(folder, "absent"))).rejects.toThrow(InputMissingError);
    await expect(openTorchFile(folder)).rejects.toThrow("expected a file, found something else");
  });
});
