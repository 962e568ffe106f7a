import { open } from "node:fs/promises";
import { readFailure } from "./failures.ts";

/**
 * The bytes of a file in order, in one buffer that is filled again and again: a new one for each piece would be garbage that
 * V8 does not see, and the more of it the larger the file. Use a piece before you ask for the next.
 * @param bytes of a piece at most
 * @throws InputMissingError if there is no such file; UnavailableError if it cannot be read
 */
export async function* reusedPieces(path: string, bytes: number = 2 ** 20): AsyncGenerator<Buffer> {
  const failing = (error: unknown): never => {
    throw readFailure(path, error);
  };
  const handle = await open(path).catch(failing);
  try {
    const buffer = Buffer.allocUnsafeSlow(bytes);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, bytes).catch(failing);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
