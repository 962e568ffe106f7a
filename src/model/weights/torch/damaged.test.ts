import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { call, dict, op, pickle, tensor } from "../../../../test/support/pickle-writer.ts";
import { torchZip } from "../../../../test/support/zip-writer.ts";
import { random } from "../../../random.ts";
import type { Random } from "../../../random.ts";
import { CheckpointError } from "../../checkpoint-error.ts";
import { numElements } from "../tensor.ts";
import { openTorchFile } from "./read.ts";

const oracle = join(import.meta.dirname, "../../../../test/oracle/torch");
const folder = mkdtempSync(join(tmpdir(), "relata-damaged-"));
const path = join(folder, "pytorch_model.bin");
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads all there is. @returns whether that succeeded; anything but success and a CheckpointError is thrown. */
async function readsAll(bytes: Uint8Array): Promise<boolean> {
  writeFileSync(path, bytes);
  try {
    const file = await openTorchFile(path);
    try {
      for (const name of file.names) {
        const { shape, data } = await file.readTensor(name);
        // Not expect(), which would take most of the time of ten thousands of these.
        if (data.length !== numElements(shape))
          throw new Error(`${name}: ${data.length} elements of [${shape.join()}]`);
        if (data.byteLength > bytes.byteLength) throw new Error(`${name}: more bytes than in the file`);
      }
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (error instanceof CheckpointError) return false;
    throw error;
  }
}

function mutate(original: Uint8Array, stream: Random): Buffer {
  let bytes = Buffer.from(original);
  for (let changes = 1 + stream.below(3); changes > 0; changes--) {
    const at = stream.below(bytes.length);
    const other = stream.below(bytes.length);
    const kind = stream.below(5);
    if (kind === 0) bytes[at] = stream.below(256);
    else if (kind === 1) bytes[at] = bytes[at]! ^ (1 << stream.below(8));
    else if (kind === 2) bytes[at] = [0, 1, 127, 128, 255][stream.below(5)]!;
    else if (kind === 3)
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(stream.below(256)), bytes.subarray(at)]);
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(other, other + 30), bytes.subarray(at + 30)]);
  }
  return bytes;
}

const data = new Uint8Array(Float32Array.from({ length: 6 }, (_, i) => i).buffer);
const state = pickle(
  dict({
    transposed: tensor({ shape: [3, 2], strides: [1, 3] }),
    parameter: call("torch._utils", "_rebuild_parameter", tensor({ key: "1" }), op("NEWTRUE"), op("NONE")),
    row: tensor({ offset: 3, shape: [3], strides: [1] }),
  }),
);
const archive = (pickle: Uint8Array): Buffer => torchZip(pickle, { 0: data, 1: data });
const originals: Record<string, Buffer> = {
  "an archive of torch": readFileSync(join(oracle, "other-name.bin")),
  "the old format": readFileSync(join(oracle, "legacy.bin")),
  "an archive with views": archive(state),
};

describe("damaged files of torch", () => {
  it.each(Object.entries(originals))("cut off anywhere: %s", async (_, original) => {
    expect(await readsAll(original)).toBe(true);
    const step = Math.ceil(original.length / 500);
    for (let length = 0; length < original.length; length += step) {
      expect(await readsAll(original.subarray(0, length)), `${length} bytes`).toBe(false);
    }
  });

  it.each(Object.entries(originals))("with changed, inserted or doubled bytes: %s", async (name, original) => {
    const stream = random(1, name);
    let read = 0;
    for (let i = 0; i < 1000; i++) if (await readsAll(mutate(original, stream))) read++;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(1000);
  });

  it("with such a pickle in a sound archive", async () => {
    const stream = random(1, "pickles in archives");
    let read = 0;
    for (let i = 0; i < 1000; i++) if (await readsAll(archive(mutate(state, stream)))) read++;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(1000);
  });
});
