import type { FileHandle } from "node:fs/promises";
import { CheckpointError, quote } from "../../checkpoint-error.ts";
import { readBytes } from "../byte-source.ts";
import { bytesPerElement } from "../tensor.ts";
import { maxPickleBytes, readPickle } from "./pickle.ts";
import { allowedGlobals, readStateDict } from "./state-dict.ts";
import type { StoredStateDict } from "./state-dict.ts";
import { contentPosition, readZipEntries } from "./zip.ts";
import type { ZipEntries, ZipEntry } from "./zip.ts";

/**
 * Reads the zip archive that torch.save has written since 1.6: `NAME/data.pkl`, `NAME/data/KEY` for each storage, and
 * small files beside them.
 * @param size the size of the whole file
 */
export async function readArchive(handle: FileHandle, size: number, file: string): Promise<StoredStateDict> {
  const entries = await readZipEntries(handle, size, file);
  const [first] = entries.keys();
  const archive = first!.slice(0, first!.indexOf("/") + 1);
  await checkByteOrder(handle, entries.get(`${archive}byteorder`), file);
  const entry = entries.get(`${archive}data.pkl`);
  if (!entry || entries.has(`${archive}constants.pkl`)) throw notTorch(entries, file);
  if (entry.bytes > maxPickleBytes) {
    const facts = { file, expected: `data.pkl of at most ${maxPickleBytes} bytes`, found: `${entry.bytes}` };
    throw new CheckpointError("bad pickle", facts);
  }
  const pickle = await readBytes(handle, await contentPosition(handle, entry, file), entry.bytes, file);
  const { value, end } = readPickle(pickle, 0, { file, allowed: allowedGlobals });
  if (end !== pickle.length) {
    throw new CheckpointError("bad pickle", { file, expected: `its end at ${end}`, found: `${pickle.length} bytes` });
  }
  const stateDict = readStateDict(value, file);
  const positions = new Map<string, number>();
  for (const [tensor, { storage }] of stateDict.tensors) {
    if (positions.has(storage.key)) continue;
    const content = entries.get(`${archive}data/${storage.key}`);
    if (!content) continue; // reported with the tensors' places
    const bytes = storage.size * bytesPerElement[storage.dtype];
    if (content.bytes !== bytes) {
      const expected = `${bytes} bytes in storage ${quote(storage.key)}`;
      throw new CheckpointError("shape and data differ in size", { file, tensor, expected, found: `${content.bytes}` });
    }
    positions.set(storage.key, await contentPosition(handle, content, file));
  }
  return { stateDict, positions };
}

/** Refuses big-endian files. Files before torch 2.1 do not name the order; nearly all machines are little-endian. */
async function checkByteOrder(handle: FileHandle, entry: ZipEntry | undefined, file: string): Promise<void> {
  if (!entry) return;
  const start = await contentPosition(handle, entry, file);
  const order = Buffer.from(await readBytes(handle, start, Math.min(entry.bytes, 16), file)).toString("latin1");
  if (order === "little") return;
  const next = "Save it again on a machine that has the little end of numbers first.";
  throw new CheckpointError("bad byte order", { file, expected: '"little"', found: quote(order), next });
}

function notTorch(entries: ZipEntries, file: string): CheckpointError {
  const names = [...entries.keys()];
  const some = names.slice(0, 3).map((name) => quote(name));
  return new CheckpointError("not a state dict of torch", {
    file,
    expected: "a zip archive with data.pkl",
    found: names.some((name) => name.endsWith("/constants.pkl")) ? "a TorchScript program" : some.join(", "),
    next: "Save the state dict of its model in Python, best as safetensors.",
  });
}
