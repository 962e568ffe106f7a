import { DataError, formatLocation, type SourceLocation } from "../../errors.ts";
import { checkDocument } from "../check.ts";
import type { Document } from "../document.ts";
import { DuplicateDocumentError } from "../errors.ts";
import type { Line } from "../lines.ts";
import { NoticeLog } from "../notices.ts";

/** The formats that can be read. */
export const formatNames = ["annotto", "semeval2010"] as const;

export type FormatName = (typeof formatNames)[number];

export interface ReadContext {
  readonly skipInvalid: boolean;
  /** Where each document id was first read, in all files of the corpus. */
  readonly places: Map<string, SourceLocation>;
  readonly notices: NoticeLog;
}

/** What knows one format. */
export interface CorpusReader {
  readonly name: FormatName;
  /** The format in a few words, for one who wonders whether his file is of it. */
  readonly description: string;
  /** Whether a file that begins with `head` is of this format; `path` for formats that only the file name tells apart. */
  detects(head: string, path: string): boolean;
  /** The documents in file order; of bad ones it throws the first, or with `skipInvalid` counts them. */
  read(lines: AsyncIterable<Line>, context: ReadContext): AsyncGenerator<Document>;
}

/** Codes of the notices that count documents out of all documents. */
const documentCodes = ["no-annotation", "no-entities", "one-entity", "invalid-document", "duplicate-document"];

/**
 * The checked document of one record, its id new to the corpus, or undefined where it is left out. `parse` returns undefined after having told
 * the reason in the log it is given. With `skipInvalid`, a DataError is counted with its message.
 */
export function readRecord(
  { skipInvalid, places, notices }: ReadContext,
  at: SourceLocation,
  parse: (notices: NoticeLog) => Document | undefined,
): Document | undefined {
  for (const code of documentCodes) notices.addToTotal(code, 1);
  const ofThisRecord = new NoticeLog();
  try {
    const parsed = parse(ofThisRecord);
    const document = parsed && checkDocument(parsed, ofThisRecord);
    if (document) {
      const first = places.get(document.id);
      if (first) throw new DuplicateDocumentError(document.id, first, at);
      places.set(document.id, at);
    }
    notices.merge(ofThisRecord);
    return document;
  } catch (error) {
    if (!skipInvalid || !(error instanceof DataError)) throw error;
    const place = error.at ?? at;
    const detail = error.message.replace(`${formatLocation(place)}: `, "");
    if (error instanceof DuplicateDocumentError) {
      notices.add("duplicate-document", "documents with an id already read, left out", { ...place, detail });
    } else {
      notices.add("invalid-document", "invalid documents, left out", { ...place, detail });
    }
    return undefined;
  }
}
