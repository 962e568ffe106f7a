import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { DataError, UsageError, UserError } from "../errors.ts";
import { CopyIndex } from "../corpus/copies/copy-index.ts";
import type { Document } from "../corpus/document.ts";
import { EncodingError, NoDocumentsError } from "../corpus/errors.ts";
import { formatNotice, NoticeLog, type Notice } from "../corpus/notices.ts";
import type { AnnotationFormat, ReadContext } from "./format.ts";
import type { FormatName } from "./names.ts";
import { CorpusReading } from "./reading.ts";
import { detectFormat, formats } from "./registry.ts";
import { formatSettings, type FormatSettings } from "./settings.ts";
import { isOfOneFile, setAside } from "./set-aside.ts";
import { requireUsed } from "./used-settings.ts";
import { openSources, type Source } from "./source/open-sources.ts";
import { describeUnknown, unknownFormat, type UnknownFile } from "./unknown-file.ts";
import { drain } from "../generators.ts";

/** A path that was read, and its state at that time. */
export interface CorpusSource {
  readonly path: string;
  /** Formats of its files, sorted; one, unless an archive or a folder holds several. */
  readonly formats: readonly FormatName[];
  /** Bytes of all its files, unpacked. */
  readonly bytes: number;
  /** In hexadecimal: the digest of the file or, for several files, of the lines `<SHA-256> <path>`. */
  readonly sha256: string;
  /** Number of its documents in the corpus. */
  readonly documents: number;
}

/** Documents in the order of their files, with unique ids; `notices` reports what was left out or treated specially. */
export interface Corpus {
  readonly documents: Document[];
  readonly notices: Notice[];
  readonly sources: CorpusSource[];
  /** Labels that a format itself declares symmetric, sorted. */
  readonly symmetricLabels: string[];
}

/** Reading settings; those that are not given have their default. */
export type ReadOptions = { readonly [K in keyof FormatSettings]?: FormatSettings[K] | undefined };

/**
 * Reads the documents of a path (a file, gzip, zip or folder) one at a time; returns a description of what was read.
 * Files of unknown format are left out with a notice, as long as others have a known one.
 * @throws {UnknownFormatError} if no file has a known format; otherwise as openSources and the readers
 */
export async function* readDocuments(
  path: string,
  context: ReadContext,
  sources: AsyncIterable<Source> = openSources(path, context),
): AsyncGenerator<Document, CorpusSource> {
  const { notices, settings } = context;
  const names = new Set<FormatName>();
  const unknown: UnknownFile[] = [];
  let unknownCount = 0;
  // By path, since a companion, such as brat's annotation.conf, may be read beside each file.
  const digests = new Map<string, string>();
  let bytes = 0;
  let documents = 0;
  try {
    for await (const source of sources) {
      const { file, isAlone } = source;
      try {
        if (!isAlone) notices.addToTotal("unknown-file", 1);
        const format = formatOf(source, settings);
        if (!format) {
          unknownCount++;
          const message = "files of no known format in folders and archives, left out";
          // Only a few are described, since a folder may hold a hundred thousand.
          if (unknown.length < unknownNamed) unknown.push(describeUnknown(file.path, file.probe, settings));
          const detail = unknown.length === unknownCount ? unknown.at(-1)!.what : undefined;
          if (!isAlone) notices.add("unknown-file", message, { file: file.path, detail });
          continue;
        }
        names.add(format.name);
        for await (const document of format.read(file, context)) {
          documents++;
          yield document;
        }
        for (const part of [file, ...file.siblings]) {
          if (digests.has(part.path)) continue;
          bytes += part.bytes;
          digests.set(part.path, part.digest());
        }
      } catch (error) {
        if (isAlone) throw error;
        setAside(file.path, error, context);
      } finally {
        await file.close();
      }
    }
    if (names.size === 0) throw unknownFormat(path, unknown, unknownCount);
  } catch (error) {
    if (isOfOneFile(error) && !settings.skipInvalid) {
      error.skippingHelps = await wouldSkippingHelp(path, error, context);
    }
    throw error;
  }
  const listing = [...digests].map(([path, digest]) => `${digest}  ${path}\n`).join("");
  const [first = ""] = digests.values();
  const sha256 = digests.size === 1 ? first : createHash("sha256").update(listing).digest("hex");
  return { path, formats: [...names].sort(), bytes, sha256, documents };
}
/** Number of records that are tried to find a readable one. */
const recordsTried = 1000;

class TrialReading extends CorpusReading {
  #tried = 0;

  override record(...given: Parameters<CorpusReading["record"]>): Document | undefined {
    if (++this.#tried > recordsTried) throw new DataError("no record is valid among the first.");
    return super.record(...given);
  }
}

/** Whether any document is left if invalid ones are skipped; undefined for input that can be read only once. */
async function wouldSkippingHelp(
  path: string,
  error: Error,
  { settings: given, needsRelations = false }: ReadContext,
): Promise<boolean | undefined> {
  // In a file of another encoding, only the records in pure ASCII would be readable.
  if (error instanceof EncodingError && error.at?.file === path) return false;
  const there = await stat(path).catch(() => undefined);
  if (!there?.isFile() && !there?.isDirectory()) return undefined;
  const trial = new TrialReading({
    settings: { ...given, skipInvalid: true },
    uniqueIds: false,
    needsRelations,
  });
  try {
    const { done } = await readDocuments(path, trial).next();
    return done === false;
  } catch (failure) {
    if (failure instanceof UserError) return false;
    throw failure;
  }
}

/**
 * The format of a file: the given one (among several files, only for those that it detects), or else the one that
 * detects the file.
 */
function formatOf({ file: { probe }, isAlone }: Source, settings: FormatSettings): AnnotationFormat | undefined {
  const asked = settings.format;
  if (!asked) return detectFormat(probe, settings);
  return isAlone || formats[asked].detects(probe, settings) ? formats[asked] : undefined;
}

/** Number of files of unknown format that are described. */
const unknownNamed = 5;

/**
 * Reads annotation exports for training and evaluation, one document for each text; `annotator` chooses among copies by
 * several annotators. Documents with fewer entities than `fewestEntities`, as with fewer than two and so without a pair, are
 * left out and counted. With `needsRelations` a table without a column for relations is bad too.
 * @throws {DataError} at the first bad document unless `skipInvalid`; always for a file that is empty or of unknown
 * format, if annotators differ and none is chosen, and if no document is left. InputMissingError for a path that does
 * not exist.
 */
export async function readCorpus(
  paths: readonly string[],
  options: ReadOptions = {},
  fewestEntities = 2,
  needsRelations = false,
): Promise<Corpus> {
  if (paths.length === 0) throw new UsageError("no data file was named: name at least one annotation export.");
  const settings = formatSettings.parse(options);
  const context = new CorpusReading({ settings, uniqueIds: false, needsRelations });
  const { notices, symmetricLabels } = context;
  const index = new CopyIndex();
  const read: { readonly source: CorpusSource; readonly documents: Document[] }[] = [];
  for (const path of paths) {
    const documents: Document[] = [];
    const source = await drain(readDocuments(path, context), (document) => {
      index.add(document);
      documents.push(document);
    });
    read.push({ source, documents });
  }
  requireUsed(
    settings,
    read.flatMap(({ source }) => source.formats),
  );
  const plan = index.plan(settings, notices, symmetricLabels);
  const kept = read.map(({ source, documents }) => ({
    source,
    documents: documents
      .flatMap((document) => plan.take(document))
      .filter((document) => hasEnough(document, fewestEntities, notices)),
  }));
  const documents = kept.flatMap((one) => one.documents);
  if (documents.length === 0) throw new NoDocumentsError(paths, notices.list().map(formatNotice));
  const sources = kept.map(({ source, documents: { length } }) => ({ ...source, documents: length }));
  return { documents, notices: notices.list(), sources, symmetricLabels: [...symmetricLabels].sort() };
}

/** Counts documents without an entity, or with one where a pair is wanted, and says which to keep. */
function hasEnough({ entities, source }: Document, fewest: number, notices: NoticeLog): boolean {
  const { length } = entities;
  for (const [i, code] of ["no-entities", "one-entity"].entries()) if (i < fewest) notices.addToTotal(code, 1);
  if (length >= fewest) return true;
  if (length === 0) notices.add("no-entities", "documents without any entity, left out", source);
  if (length === 1) notices.add("one-entity", "documents with one entity, so without a pair, left out", source);
  return false;
}
