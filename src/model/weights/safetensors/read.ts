import { openFile } from "../open-file.ts";
import type { TensorFile } from "../tensor-file.ts";
import { readSafetensors } from "./read-source.ts";

/**
 * Opens a safetensors file and checks its whole header.
 * @throws CheckpointError on a damaged or hostile file, InputMissingError if there is none.
 */
export async function openSafetensors(path: string): Promise<TensorFile> {
  const handle = await openFile(path, "safetensors file");
  try {
    const { size } = await handle.stat();
    return await readSafetensors(handle, size, path);
  } catch (error) {
    await handle.close();
    throw error;
  }
}
