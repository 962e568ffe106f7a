import { openFile, readBytes } from "../open-file.ts";
import { PlacedTensors } from "../placed-tensors.ts";
import type { PlacedTensor } from "../placed-tensors.ts";
import type { TensorFile } from "../tensor-file.ts";
import { parseHeader, prefixBytes, readHeaderLength } from "./header.ts";

/**
 * Opens a safetensors file and checks its whole header.
 * @throws CheckpointError on a damaged or hostile file, InputMissingError if there is none.
 */
export async function openSafetensors(path: string): Promise<TensorFile> {
  const handle = await openFile(path, "safetensors file");
  try {
    const { size } = await handle.stat();
    const prefix = await readBytes(handle, 0, Math.min(size, prefixBytes), path);
    const headerBytes = readHeaderLength(prefix, size, path);
    const header = await readBytes(handle, prefixBytes, headerBytes, path);
    const dataStart = prefixBytes + headerBytes;
    const { tensors, metadata, warnings } = parseHeader(header, size - dataStart, path);
    const placed = new Map<string, PlacedTensor>();
    for (const [name, { dtype, shape, bytes, begin }] of tensors) {
      placed.set(name, { dtype, shape, bytes, position: dataStart + begin });
    }
    return new PlacedTensors(path, handle, { tensors: placed, metadata, warnings });
  } catch (error) {
    await handle.close();
    throw error;
  }
}
