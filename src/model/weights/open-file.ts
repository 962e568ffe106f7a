import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { CheckpointError } from "../checkpoint-error.ts";
import { readFailure } from "../../files/failures.ts";

/** One read() of Linux ends at 2 GiB; what is widened or gathered passes through a buffer of this size. */
export const pieceBytes: number = 2 ** 24;

/**
 * Opens a file for reading by position.
 * @param kind completes "not a ..."
 * @throws InputMissingError if there is none, CheckpointError if it is a folder, pipe or device.
 */
export async function openFile(path: string, kind: string): Promise<FileHandle> {
  try {
    // Asked first, because opening a named pipe waits for its writer.
    const stats = await stat(path);
    if (stats.isFile()) return await open(path, "r");
  } catch (error) {
    throw readFailure(path, error);
  }
  throw new CheckpointError(`not a ${kind}`, { file: path, expected: "a file", found: "something else" });
}

/** Fills `target` from `position` on. @throws CheckpointError if the file ends before. */
export async function readFully(handle: FileHandle, target: Uint8Array, position: number, file: string): Promise<void> {
  for (let done = 0; done < target.byteLength;) {
    const length = Math.min(pieceBytes, target.byteLength - done);
    const { bytesRead } = await handle.read(target, done, length, position + done);
    if (bytesRead === 0) {
      const facts = { file, expected: `${target.byteLength} bytes at ${position}`, found: `${done}` };
      throw new CheckpointError("the file became shorter while it was read", facts);
    }
    done += bytesRead;
  }
}

/** The same into new memory; `length` must have been compared with the file's size before. */
export async function readBytes(
  handle: FileHandle,
  position: number,
  length: number,
  file: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await readFully(handle, bytes, position, file);
  return bytes;
}
