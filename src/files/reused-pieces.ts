import { open } from "node:fs/promises";
import { readFailure } from "./failures.ts";

/** Memory for pieces of a mebibyte. */
export const pieceBuffer = (): Buffer => Buffer.allocUnsafeSlow(2 ** 20);

/**
 * The bytes of a file in order, in one buffer that is filled again and again: a new one for each piece would be garbage that
 * V8 does not see, and the more of it the larger the file. Use a piece before you ask for the next.
 * @param buffer its length is that of a piece at most; hand in one where many files are read
 * @throws InputMissingError if there is no such file; UnavailableError if it cannot be read
 */
export async function* reusedPieces(path: string, buffer: Buffer = pieceBuffer()): AsyncGenerator<Buffer> {
  const failing = (error: unknown): never => {
    throw readFailure(path, error);
  };
  const handle = await open(path).catch(failing);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length).catch(failing);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
