import { open, stat } from "node:fs/promises";
import { DataError, UnavailableError } from "../../errors.ts";
import { printable } from "../../quote.ts";

/** Bytes with random access. */
export interface RandomAccess {
  readonly size: number;
  /** The bytes from `position` on; fewer than `length` only at the end. */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export const bufferBytes = (buffer: Buffer): RandomAccess => ({
  size: buffer.length,
  read: async (position, length) => buffer.subarray(position, position + length),
  close: async () => {},
});

/**
 * @throws {DataError} for anything but a regular file, such as a pipe; UnavailableError for a file that cannot be read.
 */
export async function fileBytes(path: string): Promise<RandomAccess> {
  if (!(await available(path, stat(path))).isFile()) {
    const problem = "a zip is read from its end, so it cannot come through a pipe. Save it to a file first.";
    throw new DataError(problem, { file: path });
  }
  const handle = await available(path, open(path));
  const { size } = await handle.stat();
  return {
    size,
    async read(position, length) {
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - position)));
      let filled = 0;
      while (filled < buffer.length) {
        const reading = handle.read(buffer, filled, buffer.length - filled, position + filled);
        const { bytesRead } = await available(path, reading);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    },
    close: () => handle.close(),
  };
}

async function available<T>(path: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new UnavailableError(`${printable(path)} cannot be read: ${printable(cause.message)}`, { cause });
  }
}
