import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { CheckpointError } from "../checkpoint-error.ts";
import { readFailure } from "../../files/failures.ts";

/**
 * Opens a file for reading by position.
 * @param kind the word that completes "not a ..."
 * @throws InputMissingError if there is none, CheckpointError if it is a folder, pipe or device.
 */
export async function openFile(path: string, kind: string): Promise<FileHandle> {
  try {
    // Checked first, because opening a named pipe waits for its writer.
    const stats = await stat(path);
    if (stats.isFile()) return await open(path, "r");
  } catch (error) {
    throw readFailure(path, error);
  }
  throw new CheckpointError(`not a ${kind}`, { file: path, expected: "a file", found: "something else" });
}
