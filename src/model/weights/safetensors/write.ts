import { stageFile } from "../../../files/atomic-file.ts";
import type { StagedFile } from "../../../files/atomic-file.ts";
import type { FileDigest } from "../../../files/file-digest.ts";
import { forTransformers, safetensorsPieces, type NamedWeights } from "./pieces.ts";

export type { NamedWeights, StoredWeight } from "./pieces.ts";

/**
 * Writes tensors of float32, float16, int32 or bytes, one after the other and without a copy of them; they must not change
 * meanwhile. The same tensors give the same bytes, in any order, and those bytes are what Python's safetensors 0.8.0
 * writes.
 * @returns the file's size and SHA-256
 * @throws UnavailableError if the file cannot be written; an older file is then unchanged
 */
export async function writeSafetensors(
  path: string,
  tensors: NamedWeights,
  metadata: Readonly<Record<string, string>> = forTransformers,
): Promise<FileDigest> {
  const staged = await stageSafetensors(path, tensors, metadata);
  await staged.commit();
  return staged.digest;
}

/** Writes the same to a temporary file, which is complete on disk but not yet in its place. */
export async function stageSafetensors(
  path: string,
  tensors: NamedWeights,
  metadata: Readonly<Record<string, string>> = forTransformers,
): Promise<StagedFile> {
  const pieces = safetensorsPieces(tensors, metadata);
  return stageFile(path, async (sink) => {
    for (const piece of pieces) await sink(piece);
  });
}
