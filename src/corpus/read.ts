import { UsageError, type SourceLocation } from "../errors.ts";
import type { Document } from "./document.ts";
import { NoDocumentsError, UnknownFormatError } from "./errors.ts";
import { formatNotice, NoticeLog, type Notice } from "./notices.ts";
import { annotto } from "./readers/annotto.ts";
import type { CorpusReader, FormatName } from "./readers/reader.ts";
import { semeval2010 } from "./readers/semeval2010.ts";
import { SourceFile } from "./source-file.ts";

/** A file of a corpus, as it was when it was read. */
export interface CorpusSource {
  readonly path: string;
  readonly format: FormatName;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** How many documents of this file are in the corpus. */
  readonly documents: number;
}

/** Documents in the order of their files, ids unique; `notices` tells what was left out or treated specially. */
export interface Corpus {
  readonly documents: Document[];
  readonly notices: Notice[];
  readonly sources: CorpusSource[];
}

export interface ReadOptions {
  /** Told by the content of each file if absent. */
  readonly format?: FormatName | undefined;
  /** Leave invalid documents out and count them, instead of throwing at the first. */
  readonly skipInvalid?: boolean | undefined;
}

/** Each format's reader; in this order they are asked whether a file is theirs. */
const readers: Readonly<Record<FormatName, CorpusReader>> = { annotto, semeval2010 };

function chooseReader({ path, head }: SourceFile, format: FormatName | undefined): CorpusReader {
  if (format) return readers[format];
  const known = Object.values(readers);
  const reader = known.find((reader) => reader.detects(head, path));
  if (!reader)
    throw new UnknownFormatError(
      path,
      head,
      known.map(({ description }) => description),
    );
  return reader;
}

/**
 * Reads annotation exports, line by line, each file in its own format.
 * @throws {DataError} at the first bad document unless `skipInvalid`; in any case for a file that is empty or of no
 * known format, and where no document is left. InputMissingError for a path that is no file.
 */
export async function readCorpus(paths: readonly string[], options: ReadOptions = {}): Promise<Corpus> {
  const { format, skipInvalid = false } = options;
  if (paths.length === 0) throw new UsageError("no data file was named: name at least one annotation export.");
  const notices = new NoticeLog();
  const documents: Document[] = [];
  const sources: CorpusSource[] = [];
  const context = { skipInvalid, notices, places: new Map<string, SourceLocation>() };

  for (const path of paths) {
    const before = documents.length;
    const file = await SourceFile.open(path);
    try {
      const reader = chooseReader(file, format);
      for await (const document of reader.read(file.lines(), context)) documents.push(document);
      const read = documents.length - before;
      sources.push({ path, format: reader.name, bytes: file.bytes, sha256: file.digest(), documents: read });
    } finally {
      await file.close();
    }
  }
  if (documents.length === 0) throw new NoDocumentsError(paths, notices.list().map(formatNotice));
  return { documents, notices: notices.list(), sources };
}
