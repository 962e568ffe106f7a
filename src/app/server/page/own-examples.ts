import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelInfo, readCorpus, type Document } from "../../../index.ts";

const bundled = fileURLToPath(new URL("../../../../examples/", import.meta.url));
const shown = 6;

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** The file of a name, in the working directory or the package, that has just this content. */
async function fileOf(name: string, digest: string): Promise<string | undefined> {
  const folders = [".", "data", "examples", bundled, join(bundled, "which-date"), join(bundled, "which-cause")];
  for (const folder of folders) {
    const path = join(folder, name);
    if (existsSync(path) && (await sha256(path).catch(() => "")) === digest) return path;
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

/** All documents that a model learnt from, as far as their files are at hand. */
export async function ownData(source: string): Promise<Document[]> {
  const documents: Document[] = [];
  const info = await modelInfo(source).result;
  for (const { path, sha256: digest } of info.relata?.data ?? []) {
    const found = await fileOf(path, digest);
    if (found !== undefined) documents.push(...(await readCorpus(found)).documents);
  }
  return documents;
}
