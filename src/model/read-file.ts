import { readFile, stat } from "node:fs/promises";
import { CheckpointError, quote } from "./checkpoint-error.ts";
import { readFailure } from "../files/failures.ts";

/** Returns the size of a file, links followed; undefined for anything but a file. */
export async function fileSize(path: string): Promise<number | undefined> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the text of a UTF-8 file. @throws CheckpointError if it is no file, too long or not UTF-8. */
export async function readText(path: string, maxBytes: number): Promise<string> {
  const bytes = await readFileUpTo(path, maxBytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CheckpointError("not a text file", { file: path, expected: "UTF-8", found: "other bytes" });
  }
}

/** Reads the members of a file's JSON object. @throws CheckpointError if it holds anything else. */
export async function readJsonObject(path: string, maxBytes: number): Promise<Record<string, unknown>> {
  const value = parseJson(await readText(path, maxBytes), path);
  if (isObject(value)) return value;
  throw new CheckpointError("bad JSON file", {
    file: path,
    expected: "an object",
    found: quote(JSON.stringify(value)),
  });
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const found = quote(error instanceof Error ? error.message : "", 120);
    throw new CheckpointError("bad JSON file", { file, expected: "JSON", found });
  }
}

/** Reads the bytes of a file. @throws CheckpointError if it is no file or too long. */
export async function readFileUpTo(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const stats = await stat(path);
    if (stats.isFile() && stats.size <= maxBytes) return await readFile(path);
    const found = stats.isFile() ? `${stats.size} bytes` : "no file";
    throw new CheckpointError("cannot be read", { file: path, expected: `a file of at most ${maxBytes} bytes`, found });
  } catch (error) {
    throw error instanceof CheckpointError ? error : readFailure(path, error);
  }
}
