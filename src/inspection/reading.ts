import { DuplicateEntityError, EncodingError, UnknownEntityError } from "../corpus/errors.ts";
import { NoticeLog, type Notice } from "../corpus/notices.ts";
import { DataError, formatLocation, type SourceLocation } from "../errors.ts";
import type { RawDocument, ReadContext } from "../formats/format.ts";
import type { FormatSettings } from "../formats/settings.ts";
import { countMet } from "../formats/unexplained.ts";
import type { ProblemCode } from "./problem-kinds.ts";
import { problem, type Fix, type Place, type Problem } from "./problem.ts";

/** The result of reading one record: the document as its file has it, if any, and the problems found by reading. */
export interface InspectedRecord {
  readonly document: RawDocument | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Reads files for inspection: bad data becomes a problem instead of an error, and documents are passed on as their
 * files have them. Ignore what the format's reader yields and call `take` instead.
 */
export class InspectionReading implements ReadContext {
  readonly settings: FormatSettings;
  readonly notices: NoticeLog = new NoticeLog();
  readonly symmetricLabels: Set<string> = new Set();
  #records: InspectedRecord[] = [];

  constructor(settings: FormatSettings) {
    this.settings = settings;
  }

  record(at: SourceLocation, parse: (notices: NoticeLog) => RawDocument | undefined): RawDocument | undefined {
    const notices = new NoticeLog();
    let document: RawDocument | undefined;
    const problems: Problem[] = [];
    try {
      document = parse(notices);
      countMet(document, notices, at);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      problems.push(unreadable(error, at));
    }
    const place = { at, documentId: document?.id };
    problems.push(...notices.list().flatMap((notice) => problemsOf(notice, place)));
    this.#records.push({ document, problems });
    return document;
  }

  setAside(file: string, error: Error): void {
    this.#records.push({ document: undefined, problems: [unreadable(error, { file })] });
  }

  /** The records since the last call. */
  take(): InspectedRecord[] {
    return this.#records.splice(0);
  }

  /** The notices of the readers on whole files; to be called once, after the last record. */
  ofFiles(): Problem[] {
    return this.notices.list().flatMap((notice) => problemsOf(notice, { at: { file: "the files" } }));
  }
}

function unreadable(error: Error, recordAt: SourceLocation): Problem {
  const at = (error instanceof DataError ? error.at : undefined) ?? recordAt;
  return problem(codeOf(error), { at }, { message: error.message.replace(`${formatLocation(at)}: `, "") });
}

function codeOf(error: Error): ProblemCode {
  if (error instanceof EncodingError) return "encoding-invalid";
  if (error instanceof UnknownEntityError) return "relation-unknown-entity";
  return error instanceof DuplicateEntityError ? "entity-duplicate-id" : "record-invalid";
}

/** A fix that the reader has already applied; the document only has to be written. */
const asRead: Fix = { description: "offsets written in the tool's own unit", apply: (document) => document };

/** Turns a notice of a reader into problems, one for each place it names. */
function problemsOf({ code, message, count, locations, lost }: Notice, place: Place): Problem[] {
  const losesAnnotations = lost !== undefined && lost.entities + lost.relations + lost.annotations > 0;
  const places = locations.length > 0 ? locations : [{ ...place.at, detail: undefined }];
  return places.map(({ detail, ...at }, i) => {
    // Places that the notice does not name count with the first.
    const unnamed = i === 0 ? count - places.length : 0;
    const counted = unnamed > 0 ? { count: 1 + unnamed } : {};
    const here = { at, documentId: place.documentId };
    if (code === "other-offset-unit") {
      const found = `the recorded surfaces stand where these offsets point if they count ${detail ?? "another unit"}`;
      return problem("offsets-other-unit", here, { message: found, fix: asRead, ...counted });
    }
    if (code === "no-label-column") return problem("column-missing", here, { message: detail ?? message });
    return {
      code: `read-${code}`,
      severity: losesAnnotations ? "warning" : "info",
      title: message,
      ...here,
      message: detail ?? message,
      ...counted,
    } satisfies Problem;
  });
}
