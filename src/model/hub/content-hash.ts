import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFailure } from "../../files/failures.ts";

/** The expected hash of a file's content, by which hub and cache name the file. */
export interface ContentHash {
  /** SHA-256 for large files (LFS); for small ones the SHA-1 of git, of `blob <bytes>\0` and the content. */
  readonly algorithm: "sha256" | "git-sha1";
  /** The hash, hexadecimal in lower case. */
  readonly digest: string;
}

/** Hashes a file. @throws InputMissingError if there is no such file */
export async function hashFile(path: string, bytes: number, algorithm: ContentHash["algorithm"]): Promise<string> {
  const hash = startHash(bytes, algorithm);
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(piece);
  } catch (error) {
    throw readFailure(path, error);
  }
  return hash.digest("hex");
}

const startHash = (bytes: number, algorithm: ContentHash["algorithm"]): Hash =>
  algorithm === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${bytes}\0`);
