import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { concat, dict, int, op, pickle, tensor, text, uint } from "../../../../test/support/pickle-writer.ts";
import type { Piece } from "../../../../test/support/pickle-writer.ts";
import { CheckpointError } from "../../checkpoint-error.ts";
import { legacyMagic } from "./container.ts";
import { openTorchFile } from "./read.ts";

const folder = mkdtempSync(join(tmpdir(), "relata-legacy-"));
const path = join(folder, "pytorch_model.bin");
afterAll(() => rmSync(folder, { recursive: true }));

const ramp = Float32Array.from({ length: 6 }, (_, i) => i);
const data = concat(uint(6, 8), new Uint8Array(ramp.buffer));
const list = (...items: readonly Piece[]): Piece => concat(op("EMPTY_LIST"), op("MARK"), ...items, op("APPENDS"));

interface Parts {
  readonly version?: Piece;
  readonly machine?: Piece;
  readonly state?: Piece;
  readonly keys?: Piece;
  readonly storages?: Uint8Array;
}

/** A file of one tensor. */
function write(parts: Parts): string {
  const {
    version = int(1001),
    machine = dict({ little_endian: op("NEWTRUE") }),
    state = dict({ a: tensor() }),
  } = parts;
  const { keys = list(text("0")), storages = data } = parts;
  const pickles = [version, machine, state, keys].map((value) => pickle(value));
  writeFileSync(path, concat(legacyMagic, ...pickles, storages));
  return path;
}

describe("torch's old format", () => {
  it("is read", async () => {
    const file = await openTorchFile(write({}));
    expect(await file.read("a")).toEqual(ramp);
    await file.close();
  });

  it.each<[what: string, parts: Parts, message: string]>([
    ["another version", { version: int(1000) }, "version 1001, found 1000"],
    ["no version", { version: op("NONE") }, "version 1001, found None"],
    ["a machine with the large end first", { machine: dict({ little_endian: op("NEWFALSE") }) }, "little end first"],
    ["a machine that says nothing", { machine: op("NONE") }, "little end first"],
    ["keys that are no list", { keys: text("0") }, "a list of storages, found text"],
    ["a storage of no tensor", { keys: list(text("0"), text("1")) }, 'storages of tensors, found "1"'],
    ["a storage without a key", { keys: list(int(0)) }, "storages of tensors, found 0"],
    ["a storage twice", { keys: list(text("0"), text("0")), storages: concat(data, data) }, "each storage once"],
    ["a storage left out", { keys: op("EMPTY_LIST"), storages: Buffer.of() }, 'tensor "a": data missing'],
    [
      "more elements than the tensor says",
      { storages: concat(uint(7, 8), data) },
      '6 elements in storage "0", found 7',
    ],
    ["2^64 - 1 elements", { storages: Buffer.alloc(8, 255) }, "found 18446744073709551615"],
    ["no storages", { storages: Buffer.of() }, 'storage "0", found the end of the file'],
    ["a storage cut off", { storages: data.subarray(0, -1) }, "bytes, found"],
    ["something after", { storages: concat(data, Buffer.of(0)) }, "bytes, found"],
    [
      "a view of another storage",
      { state: dict({ a: tensor({ view: [text("0"), int(0), int(6)] }) }) },
      "a storage of its own",
    ],
  ])("refuses %s", async (_, parts, message) => {
    const opening = openTorchFile(write(parts));
    await expect(opening).rejects.toThrow(CheckpointError);
    await expect(opening).rejects.toThrow(message);
  });

  it("is refused when cut off anywhere", async () => {
    const whole = readFileSync(write({}));
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      await expect(openTorchFile(path), `${length} bytes`).rejects.toThrow(CheckpointError);
    }
  });
});
