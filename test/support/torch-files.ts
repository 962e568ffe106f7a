// Files of torch written in a folder, which is removed after the tests of the file that imports this.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { dict, pickle, type Piece } from "./pickle-writer.ts";
import { torchZip } from "./zip-writer.ts";
import type { TensorFile } from "../../src/model/weights/tensor-file.ts";
import { openTorchFile } from "../../src/model/weights/torch/read.ts";

export const folder = mkdtempSync(join(tmpdir(), "relata-torch-"));
afterAll(() => rmSync(folder, { recursive: true }));

export async function withFile<T>(path: string, use: (file: TensorFile) => Promise<T> | T): Promise<T> {
  const file = await openTorchFile(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

export function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

export const ramp = Float32Array.from({ length: 6 }, (_, i) => i);
export const bytesOf = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer);

/** A file of these tensors in storage "0", which holds 0 to 5. */
export const writeTensors = (tensors: Record<string, Piece>): string =>
  write("tensors.bin", torchZip(pickle(dict(tensors)), { 0: bytesOf(ramp) }));
