import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFailure } from "./failures.ts";

/** Size and SHA-256 (hexadecimal) of a file's content. */
export interface FileDigest {
  readonly bytes: number;
  readonly sha256: string;
}

/** Reads a file in pieces. @throws InputMissingError if there is none. */
export async function digestFile(path: string): Promise<FileDigest> {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      hash.update(piece);
      bytes += piece.length;
    }
  } catch (error) {
    throw readFailure(path, error);
  }
  return { bytes, sha256: hash.digest("hex") };
}
