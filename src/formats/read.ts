import { createHash } from "node:crypto";
import { UsageError } from "../errors.ts";
import type { Document } from "../corpus/document.ts";
import { NoDocumentsError } from "../corpus/errors.ts";
import { formatNotice, NoticeLog, type Notice } from "../corpus/notices.ts";
import type { ReadContext } from "./format.ts";
import type { FormatName } from "./names.ts";
import { CorpusReading } from "./reading.ts";
import { formats, requireFormat } from "./registry.ts";
import { formatSettings, type FormatSettings } from "./settings.ts";
import { openSources } from "./source/open-sources.ts";

/** What was named to be read, as it was when it was read. */
export interface CorpusSource {
  readonly path: string;
  /** Of its files, sorted; one unless an archive or a folder holds several. */
  readonly formats: readonly FormatName[];
  /** Of all its files, unpacked. */
  readonly bytes: number;
  /** In hexadecimal: of the file, or where there are several of the lines `<SHA-256>  <path>`. */
  readonly sha256: string;
  /** How many documents of it are in the corpus. */
  readonly documents: number;
}

/** Documents in the order of their files, ids unique; `notices` tells what was left out or treated specially. */
export interface Corpus {
  readonly documents: Document[];
  readonly notices: Notice[];
  readonly sources: CorpusSource[];
  /** Labels that a format itself says hold in both directions, sorted. */
  readonly symmetricLabels: string[];
}

/** Settings that are not given have their default. */
export type ReadOptions = { readonly [K in keyof FormatSettings]?: FormatSettings[K] | undefined };

/** The documents of what a path names (a file, gzip, zip or folder), one at a time; at the end tells what was read. */
export async function* readDocuments(path: string, context: ReadContext): AsyncGenerator<Document, CorpusSource> {
  const { format: forced } = context.settings;
  const names = new Set<FormatName>();
  const digests: { path: string; digest: string }[] = [];
  let bytes = 0;
  let documents = 0;
  for await (const file of openSources(path, context)) {
    try {
      const format = forced ? formats[forced] : requireFormat(file);
      names.add(format.name);
      for await (const document of format.read(file, context)) {
        documents++;
        yield document;
      }
      bytes += file.bytes;
      digests.push({ path: file.path, digest: file.digest() });
    } finally {
      await file.close();
    }
  }
  const listing = digests.map(({ path, digest }) => `${digest}  ${path}\n`).join("");
  const sha256 = digests.length === 1 ? digests[0]!.digest : createHash("sha256").update(listing).digest("hex");
  return { path, formats: [...names].sort(), bytes, sha256, documents };
}

/**
 * Reads annotation exports for learning and scoring: documents of fewer than two entities have no pair, and are left
 * out and counted.
 * @throws {DataError} at the first bad document unless `skipInvalid`; in any case for a file that is empty or of no
 * known format, and where no document is left. InputMissingError for a path that is not there.
 */
export async function readCorpus(paths: readonly string[], options: ReadOptions = {}): Promise<Corpus> {
  if (paths.length === 0) throw new UsageError("no data file was named: name at least one annotation export.");
  const settings = formatSettings.parse(options);
  const context = new CorpusReading({ settings });
  const { notices } = context;
  const documents: Document[] = [];
  const sources: CorpusSource[] = [];
  for (const path of paths) {
    const before = documents.length;
    const reading = readDocuments(path, context);
    for (let next = await reading.next(); ; next = await reading.next()) {
      if (next.done) {
        sources.push({ ...next.value, documents: documents.length - before });
        break;
      }
      if (hasPairs(next.value, notices)) documents.push(next.value);
    }
  }
  if (documents.length === 0) throw new NoDocumentsError(paths, notices.list().map(formatNotice));
  return { documents, notices: notices.list(), sources, symmetricLabels: [...context.symmetricLabels].sort() };
}

function hasPairs({ entities, source }: Document, notices: NoticeLog): boolean {
  for (const code of ["no-entities", "one-entity"]) notices.addToTotal(code, 1);
  if (entities.length === 0) notices.add("no-entities", "documents without any entity, left out", source);
  if (entities.length === 1)
    notices.add("one-entity", "documents with one entity, so without a pair, left out", source);
  return entities.length >= 2;
}
