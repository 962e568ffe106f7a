import { readBytes, type ByteSource } from "../byte-source.ts";
import { PlacedTensors, type PlacedTensor } from "../placed-tensors.ts";
import type { TensorFile } from "../tensor-file.ts";
import { parseHeader, prefixBytes, readHeaderLength } from "./header.ts";

/**
 * Reads the header of `size` bytes of safetensors and checks all of it; tensors are read on demand.
 * @param path the name of the bytes in errors
 * @throws CheckpointError if they are damaged or hostile
 */
export async function readSafetensors(source: ByteSource, size: number, path: string): Promise<TensorFile> {
  const prefix = await readBytes(source, 0, Math.min(size, prefixBytes), path);
  const headerBytes = readHeaderLength(prefix, size, path);
  const header = await readBytes(source, prefixBytes, headerBytes, path);
  const dataStart = prefixBytes + headerBytes;
  const { tensors, metadata, warnings } = parseHeader(header, size - dataStart, path);
  const placed = new Map<string, PlacedTensor>();
  for (const [name, { dtype, shape, bytes, begin }] of tensors) {
    placed.set(name, { dtype, shape, bytes, position: dataStart + begin });
  }
  return new PlacedTensors(path, source, { tensors: placed, metadata, warnings });
}
