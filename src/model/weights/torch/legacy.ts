import type { FileHandle } from "node:fs/promises";
import { CheckpointError, quote } from "../../checkpoint-error.ts";
import { readBytes } from "../byte-source.ts";
import { bytesPerElement } from "../tensor.ts";
import { legacyMagic } from "./container.ts";
import { maxPickleBytes, readPickle } from "./pickle.ts";
import { describe, isKind } from "./pickle-value.ts";
import type { PickleValue } from "./pickle-value.ts";
import { allowedGlobals, readStateDict } from "./state-dict.ts";
import type { Storage, StoredStateDict } from "./state-dict.ts";

/** The bytes of a storage's number of elements, which comes before it. */
const lengthBytes = 8;
const formatVersion = 1001;

/**
 * Reads the format that torch.save wrote before 1.6: pickles of a magic number, a version, the machine, the state dict
 * and the keys of its storages, then those storages (`_legacy_save` in torch/serialization.py).
 * @param size the size of the whole file
 */
export async function readLegacy(handle: FileHandle, size: number, file: string): Promise<StoredStateDict> {
  const bad = (expected: string, found: string): never => {
    throw new CheckpointError("bad file of torch's old format", { file, expected, found });
  };
  const head = await readBytes(handle, 0, Math.min(size, maxPickleBytes), file);
  let at = legacyMagic.length;
  const pickle = (): PickleValue => {
    const { value, end } = readPickle(head, at, { file, allowed: allowedGlobals });
    at = end;
    return value;
  };
  const version = pickle();
  if (version !== formatVersion) bad(`version ${formatVersion}`, describe(version));
  const machine = pickle();
  const isLittle = isKind(machine, "dict") && machine.entries.get("little_endian") === true;
  if (!isLittle) bad("numbers with their little end first", "others");
  const stateDict = readStateDict(pickle(), file);
  const keys = pickle();
  if (!isKind(keys, "list")) return bad("a list of storages", describe(keys));

  const storages = new Map<unknown, Storage>(
    [...stateDict.tensors.values()].map(({ storage }) => [storage.key, storage]),
  );
  const positions = new Map<string, number>();
  for (const key of keys.items) {
    const storage = storages.get(key);
    if (!storage) return bad("storages of tensors", typeof key === "string" ? quote(key) : describe(key));
    if (positions.has(storage.key)) bad("each storage once", quote(storage.key));
    if (at + lengthBytes > size) bad(`storage ${quote(storage.key)}`, "the end of the file");
    const length = new DataView((await readBytes(handle, at, lengthBytes, file)).buffer).getBigUint64(0, true);
    if (length !== BigInt(storage.size)) bad(`${storage.size} elements in storage ${quote(storage.key)}`, `${length}`);
    positions.set(storage.key, at + lengthBytes);
    at += lengthBytes + storage.size * bytesPerElement[storage.dtype];
  }
  if (at !== size) bad(`${at} bytes`, `${size}`);
  return { stateDict, positions };
}
