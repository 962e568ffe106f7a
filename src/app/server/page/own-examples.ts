import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { modelInfo, readCorpus, type Document } from "../../../index.ts";

const bundled = fileURLToPath(new URL("../../../../examples/", import.meta.url));
const shown = 6;

const digests = new Map<string, string>();

/** The SHA-256 of a file, read again only if the file has changed; undefined if there is none. */
async function sha256(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const key = `${resolve(path)}\n${found.size}\n${found.mtimeMs}`;
  const known = digests.get(key);
  if (known !== undefined) return known;
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  const digest = hash.digest("hex");
  digests.set(key, digest);
  return digest;
}

/**
 * The folders in which the files of a model are looked for. A model's folder, which people share, names a file without
 * its place; the digest says whether a file of that name is the one.
 */
const foldersOf = (source: string): string[] => [
  ".",
  "data",
  "examples",
  join(source, ".."),
  join(source, "../.."),
  // Where the annotators' page keeps what it trained a model on.
  join(source, "../../runs", basename(resolve(source))),
  bundled,
  join(bundled, "which-date"),
  join(bundled, "which-cause"),
];

/** The file of a name, in some folders, that has just this content. */
async function fileOf(name: string, digest: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, name);
    if ((await sha256(path).catch(() => undefined)) === digest) return path;
  }
  return undefined;
}

/** Documents far from each other in the file, those with the most relations among their neighbours. */
function chosen(documents: readonly Document[]): Document[] {
  const fitting = documents.filter(({ text, relations }) => text.length <= 600 && relations.length > 0);
  const size = Math.max(1, Math.floor(fitting.length / shown));
  return Array.from({ length: Math.min(shown, fitting.length) }, (_, i) =>
    fitting
      .slice(i * size, (i + 1) * size)
      .reduce((best, one) => (one.relations.length > best.relations.length ? one : best)),
  );
}

/**
 * Documents that a model learnt from: its folder names the files by name and digest, and those that are at hand are read.
 * None if there is no such file: the texts themselves are never stored in a model.
 */
export async function ownExamples(source: string): Promise<Document[]> {
  return chosen(await ownData(source));
}

/** A file that a model learnt from. */
export interface OwnFile {
  readonly name: string;
  readonly sha256: string;
  /** Undefined if no folder that was looked into has it with this content. */
  readonly path: string | undefined;
}

/**
 * The files that a model learnt from; none if its folder names none. Files given for validation or test are not of them.
 *
 * @param more folders to look into after the usual ones
 * @throws the error of a folder that is no model
 */
export async function ownFiles(source: string, more: readonly string[] = []): Promise<OwnFile[]> {
  const info = await modelInfo(source).result;
  const named = (info.relata?.data ?? []).filter(({ part }) => part === undefined);
  const folders = [...foldersOf(source), ...more];
  return Promise.all(
    named.map(async ({ path: name, sha256: digest }) => {
      return { name, sha256: digest, path: await fileOf(name, digest, folders) };
    }),
  );
}

/** All documents that a model learnt from, as far as their files are at hand. */
async function ownData(source: string): Promise<Document[]> {
  return documentsIn(await ownFiles(source));
}

/** The documents of those files that are at hand. */
export async function documentsIn(files: readonly OwnFile[]): Promise<Document[]> {
  const documents: Document[] = [];
  for (const { path } of files) if (path !== undefined) documents.push(...(await readCorpus(path)).documents);
  return documents;
}
