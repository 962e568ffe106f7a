import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { InputMissingError } from "../../../errors.ts";
import { random } from "../../../random.ts";
import { CheckpointError } from "../../checkpoint-error.ts";
import type { TensorFile } from "../tensor-file.ts";
import { numElements } from "../tensor.ts";
import { openSafetensors } from "./read.ts";

const oracle = join(import.meta.dirname, "../../../../test/oracle/safetensors");
const folder = mkdtempSync(join(tmpdir(), "relata-read-"));
afterAll(() => rmSync(folder, { recursive: true }));

const tensorAnswer = z.object({
  dtype: z.string(),
  shape: z.array(z.number()),
  values: z.array(z.union([z.number(), z.boolean(), z.string()])),
});
const answers = z
  .object({
    files: z.record(
      z.string(),
      z.object({ metadata: z.record(z.string(), z.string()), tensors: z.array(z.tuple([z.string(), tensorAnswer])) }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(oracle, "answers.json"), "utf8")));
/** As text, so that 64-bit integers and -0 keep what they are. */
const show = (value: unknown): string => (Object.is(value, -0) ? "-0" : String(value));
const isFloat = (dtype: string): boolean => /^b?float/i.test(dtype);

function numbersOfAnswer({ dtype, values }: z.infer<typeof tensorAnswer>): string[] {
  const infinities: Record<string, number> = { inf: Infinity, "-inf": -Infinity };
  const floats = (): Float32Array =>
    new Float32Array(values.map((value) => infinities[String(value)] ?? Number(value)));
  if (isFloat(dtype)) return Array.from(floats(), show);
  return values.map((value) => show(typeof value === "boolean" ? Number(value) : value));
}

async function numbersOf(file: TensorFile, name: string): Promise<string[]> {
  const { dtype, data } = await file.readTensor(name);
  return ["F64", "F32", "F16", "BF16"].includes(dtype)
    ? Array.from(await file.read(name), show)
    : Array.from(data, show);
}

async function withFile<T>(path: string, use: (file: TensorFile) => Promise<T>): Promise<T> {
  const file = await openSafetensors(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** A file of one tensor "a". */
function writeTensor(name: string, dtype: string, shape: readonly number[], data: Uint8Array): string {
  const header = Buffer.from(JSON.stringify({ a: { dtype, shape, data_offsets: [0, data.byteLength] } }));
  const path = join(folder, name);
  writeFileSync(
    path,
    Buffer.concat([new Uint8Array(new BigUint64Array([BigInt(header.length)]).buffer), header, data]),
  );
  return path;
}

describe("files of Python's safetensors", () => {
  for (const [name, { metadata, tensors }] of Object.entries(answers.files)) {
    it(`${name}: names, metadata and every value`, async () => {
      await withFile(join(oracle, name), async (file) => {
        expect([...file.names].sort()).toEqual(tensors.map(([tensor]) => tensor).sort());
        expect(Object.fromEntries(file.metadata)).toEqual(metadata);
        for (const [tensor, answer] of tensors) {
          expect(file.info(tensor).shape).toEqual(answer.shape);
          expect(await numbersOf(file, tensor)).toEqual(numbersOfAnswer(answer));
        }
      });
    });
  }
});

describe("reading", () => {
  it("takes rows in the order asked for, also repeated and none", async () => {
    await withFile(join(oracle, "mixed.safetensors"), async (file) => {
      const row = (i: number): number[] => [0, 1, 2].map((column) => (3 * i + column) / 8);
      for (const name of ["float32", "float16.rows"]) {
        expect(await file.readRows(name, [3, 0, 1, 2, 2])).toEqual(new Float32Array([3, 0, 1, 2, 2].flatMap(row)));
        expect(await file.readRows(name, [])).toEqual(new Float32Array(0));
      }
      expect(await file.readRows("bfloat16", [8, 3])).toEqual(new Float32Array([-1.5, 0.333984375]));
      expect(await file.readRows("empty", [2, 1])).toEqual(new Float32Array(0));
    });
  });

  it.each([-1, 4, 0.5, NaN])("refuses row %d of 4", async (row) => {
    await withFile(join(oracle, "mixed.safetensors"), async (file) => {
      await expect(file.readRows("float32", [0, row])).rejects.toThrow(/a row from 0 to 3/);
    });
  });

  it("refuses rows of a scalar, integers as floats, and a tensor that is not there", async () => {
    await withFile(join(oracle, "mixed.safetensors"), async (file) => {
      await expect(file.readRows("scalar", [0])).rejects.toThrow("a scalar has no rows");
      await expect(file.read("int64")).rejects.toThrow('tensor "int64": cannot be read as float32');
      await expect(file.read("toString")).rejects.toThrow('tensor "toString": not in the file');
      expect(() => file.info("classifier.weight")).toThrow(CheckpointError);
      expect(file.has("float32")).toBe(true);
      expect(file.has("toString")).toBe(false);
    });
  });

  it("widens every float16 as the formula says", async () => {
    const halves = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
    const path = writeTensor("halves", "F16", [256, 256], new Uint8Array(halves.buffer));
    const values = await withFile(path, (file) => file.read("a"));
    const formula = (bits: number): number => {
      const sign = bits >> 15 ? -1 : 1;
      const exponent = (bits >> 10) & 31;
      const fraction = (bits & 1023) / 1024;
      if (exponent === 31) return fraction ? NaN : sign * Infinity;
      return sign * (exponent ? (1 + fraction) * 2 ** (exponent - 15) : fraction * 2 ** -14);
    };
    expect(values.findIndex((value, bits) => !Object.is(value, formula(bits)))).toBe(-1);
  });

  it("passes what is larger than its buffer through in pieces", async () => {
    const data = Float64Array.from({ length: 2 ** 21 + 5 }, (_, i) => i);
    const path = writeTensor("large", "F64", [data.length], new Uint8Array(data.buffer));
    const values = await withFile(path, (file) => file.read("a"));
    expect(values.length).toBe(data.length);
    expect(values.findIndex((value, i) => value !== data[i])).toBe(-1);
  });

  it("refuses a BOOL that is neither", async () => {
    const path = writeTensor("bool", "BOOL", [2], Uint8Array.of(1, 2));
    await withFile(path, async (file) => {
      await expect(file.readTensor("a")).rejects.toThrow("bad BOOL: expected bytes 0 and 1, found 2");
    });
  });

  it("notices a file that is cut short while it is open", async () => {
    const path = writeTensor("shrinking", "F32", [1000], new Uint8Array(4000));
    await withFile(path, async (file) => {
      truncateSync(path, 2000);
      await expect(file.read("a")).rejects.toThrow(/became shorter/);
    });
  });

  it("says so if there is no file, or something else", async () => {
    await expect(openSafetensors(join(folder, "absent"))).rejects.toThrow(InputMissingError);
    await expect(openSafetensors(join(folder, "bool", "x"))).rejects.toThrow(InputMissingError);
    await expect(openSafetensors(folder)).rejects.toThrow("expected a file, found something else");
  });
});

describe("damaged files", () => {
  const original = readFileSync(join(oracle, "mixed.safetensors"));
  const path = join(folder, "damaged.safetensors");

  /** Reads all there is. @returns whether that succeeded; anything but success and a CheckpointError is thrown. */
  async function readsAll(bytes: Uint8Array): Promise<boolean> {
    writeFileSync(path, bytes);
    try {
      await withFile(path, async (file) => {
        for (const name of file.names) {
          const { data, shape } = await file.readTensor(name);
          // Not expect(), which would take most of the time of ten thousands of these.
          if (data.length !== numElements(shape))
            throw new Error(`${name}: ${data.length} elements of [${shape.join()}]`);
          if (data.byteLength > bytes.byteLength) throw new Error(`${name}: more bytes than in the file`);
        }
      });
      return true;
    } catch (error) {
      if (error instanceof CheckpointError) return false;
      throw error;
    }
  }

  it("are refused when cut off anywhere", async () => {
    expect(await readsAll(original)).toBe(true);
    for (let length = 0; length < original.length; length++) {
      expect(await readsAll(original.subarray(0, length)), `${length} bytes`).toBe(false);
    }
  });

  it("with changed, inserted or doubled bytes are read or refused, and nothing else happens", async () => {
    const stream = random(1, "mutations");
    let read = 0;
    for (let i = 0; i < 5000; i++) {
      let bytes = Buffer.from(original);
      for (let changes = 1 + stream.below(3); changes > 0; changes--) {
        const at = stream.below(bytes.length);
        const other = stream.below(bytes.length);
        const kind = stream.below(4);
        if (kind === 0) bytes[at] = stream.below(256);
        else if (kind === 1) bytes[at] = bytes[at]! ^ (1 << stream.below(8));
        else if (kind === 2)
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([stream.below(256)]), bytes.subarray(at)]);
        else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(other, other + 30), bytes.subarray(at + 30)]);
      }
      if (await readsAll(bytes)) read++;
    }
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(5000);
  });
});
