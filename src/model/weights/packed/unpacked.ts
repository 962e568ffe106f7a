import type { TensorFile } from "../tensor-file.ts";
import { PackedTensors, packing } from "./packed-tensors.ts";

/** Reads as float32 the matrices that a safetensors file holds in 4 or 8 bits; other files are returned as they are. */
export async function unpacked(file: TensorFile): Promise<TensorFile> {
  if (file.metadata.get(packing.key) !== packing.value) return file;
  try {
    return new PackedTensors(file);
  } catch (error) {
    await file.close();
    throw error;
  }
}
