import { realpath, stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { glob } from "tinyglobby";
import { EmptyFileError } from "../corpus/errors.ts";
import { InputMissingError } from "../errors.ts";
import type { FormatSettings } from "../formats/settings.ts";
import { openAlone } from "../formats/source/open-sources.ts";
import { formatOf } from "../model/tasks/prediction-texts.ts";

/** Marks of a pattern. A path that is there is taken as it is, whatever its name. */
const isPattern = (path: string): boolean => /[*?[\]{}!]/.test(path);

/**
 * The files and folders that paths and patterns name, each once, those of a pattern sorted by name.
 * @throws InputMissingError for a path that is not there, and a pattern that matches no file
 */
export async function namedInputs(given: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of given) {
    if (await stat(path).catch(() => undefined)) {
      found.push(path);
      continue;
    }
    if (!isPattern(path)) throw new InputMissingError(`${path} does not exist. Check the path.`);
    const matches = await glob(path, { expandDirectories: false, absolute: isAbsolute(path) });
    if (matches.length === 0)
      throw new InputMissingError(
        `No file matches ${path}. Check the pattern; it is looked for from ${process.cwd()}.`,
      );
    found.push(...matches.sort());
  }
  const once = new Map<string, string>();
  for (const path of found) {
    const real = await realpath(path);
    if (!once.has(real)) once.set(real, path);
  }
  return [...once.values()];
}

/** How an input is read: its own lines by ranges of bytes, not at all for want of content, or written anew as lines. */
export type InputKind = "lines" | "empty" | "other";

/** Looks at the beginning of an input. @throws DataError for text that is no data; EncodingError */
export async function kindOfInput(path: string, settings: FormatSettings, finds: boolean): Promise<InputKind> {
  const there = await stat(path);
  if (!there.isFile()) return "other";
  let opened: Awaited<ReturnType<typeof openAlone>>;
  try {
    opened = await openAlone(path);
  } catch (error) {
    if (error instanceof EmptyFileError) return "empty";
    throw error;
  }
  const { file, isParquet } = opened;
  await file.close();
  if (isParquet) return "other";
  const format = settings.format ?? formatOf(file.probe, settings, finds);
  const isByLine = file.probe.layout === "lines" || (file.probe.layout === undefined && settings.format === "relata");
  return format === "relata" && isByLine && !isPacked(file.probe.bytes) ? "lines" : "other";
}

/** Whether a file begins as gzip or zip does. */
const isPacked = (bytes: Buffer): boolean =>
  (bytes[0] === 0x1f && bytes[1] === 0x8b) || bytes.subarray(0, 4).equals(Buffer.from("PK\u0003\u0004"));
