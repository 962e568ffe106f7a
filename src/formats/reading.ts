import type { Amounts } from "../corpus/amounts.ts";
import { checkDocument } from "../corpus/check.ts";
import type { Document } from "../corpus/document.ts";
import { DuplicateDocumentError } from "../corpus/errors.ts";
import { NoticeLog } from "../corpus/notices.ts";
import { quote } from "../quote.ts";
import { DataError, formatLocation, type SourceLocation } from "../errors.ts";
import type { RawDocument, ReadContext } from "./format.ts";
import type { FormatSettings } from "./settings.ts";
import { countMet } from "./unexplained.ts";

export interface ReadingOptions {
  readonly settings: FormatSettings;
  /**
   * Whether ids are remembered, so that a repeated id is found; memory then grows with the number of documents. Default
   * true.
   */
  readonly uniqueIds?: boolean;
  /** Whether copies of a text are compared; they are wanted in any case where `annotator` chooses among them. */
  readonly comparesCopies?: boolean;
  /** See ReadContext.needsRelations. */
  readonly needsRelations?: boolean;
}

/** The amounts of a record that cannot be parsed. */
const unparsed = (): Partial<Amounts> => ({ documents: 1 });

/** Codes of the notices whose denominator is the number of all documents. */
const documentCodes = ["invalid-document", "duplicate-document"];

/**
 * Reads files for training and prediction: checks each document and throws at the first bad one or, with `skipInvalid`,
 * leaves it out and counts it with its message.
 */
export class CorpusReading implements ReadContext {
  readonly settings: FormatSettings;
  readonly notices: NoticeLog = new NoticeLog();
  readonly symmetricLabels: Set<string> = new Set();
  readonly wantsCopies: boolean;
  readonly needsRelations: boolean;
  /** The place where each document id was first read, in all files. */
  readonly #places: Map<string, SourceLocation> | undefined;

  constructor({ settings, uniqueIds = true, comparesCopies = false, needsRelations = false }: ReadingOptions) {
    this.settings = settings;
    this.needsRelations = needsRelations;
    this.wantsCopies = comparesCopies || settings.annotator !== undefined;
    this.#places = uniqueIds ? new Map() : undefined;
  }

  record(at: SourceLocation, parse: (notices: NoticeLog) => RawDocument | undefined): Document | undefined {
    for (const code of documentCodes) this.notices.addToTotal(code, 1);
    const ofThisRecord = new NoticeLog();
    let met = unparsed;
    try {
      const parsed = parse(ofThisRecord);
      met = countMet(parsed, ofThisRecord, at);
      const document = parsed && checkDocument(withoutSurfaces(parsed, ofThisRecord), ofThisRecord);
      if (document) this.#remember(document, at);
      this.notices.merge(ofThisRecord);
      return document;
    } catch (error) {
      if (!this.settings.skipInvalid || !(error instanceof DataError)) throw error;
      const place = error.at ?? at;
      const detail = error.message.replace(`${formatLocation(place)}: `, "");
      if (error instanceof DuplicateDocumentError) {
        const message = "documents with an id already read, left out";
        this.notices.lose("duplicate-document", message, { ...place, detail }, met());
      } else {
        this.notices.lose("invalid-document", "invalid documents, left out", { ...place, detail }, met());
      }
      return undefined;
    }
  }

  #remember({ id }: Document, at: SourceLocation): void {
    const first = this.#places?.get(id);
    if (first) throw new DuplicateDocumentError(id, first, at);
    this.#places?.set(id, at);
  }
}

/**
 * Removes the recorded surfaces. Offsets are authoritative; a surface that differs is a sign that they are wrong, and
 * is reported.
 */
function withoutSurfaces(raw: RawDocument, notices: NoticeLog): Document {
  const { id, text, entities, relations, metadata, source, annotator, surfaces } = raw;
  // Key by key, since a rest pattern took an eighth of the time of reading.
  const document: Document = {
    id,
    text,
    entities,
    relations,
    ...(metadata !== undefined && { metadata }),
    ...(source !== undefined && { source }),
    ...(annotator !== undefined && { annotator }),
  };
  if (!surfaces) return document;
  notices.addToTotal("surface-mismatch", entities.length);
  for (const [i, { start, end }] of entities.entries()) {
    const recorded = surfaces[i];
    const found = text.slice(Math.max(0, start), Math.max(0, end));
    if (recorded === undefined || recorded === found) continue;
    const detail = `${quote(found, 30)} [${start}, ${end}), recorded as ${quote(recorded, 30)}`;
    notices.add(
      "surface-mismatch",
      "entities whose recorded text is not what stands at their offsets, kept by offsets",
      { file: "", ...source, detail },
    );
  }
  return document;
}
