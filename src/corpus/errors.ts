import { DataError, formatLocation, type SourceLocation } from "../errors.ts";
import type { Entity } from "./document.ts";
import { listed, printable, quote } from "../quote.ts";

// Files

/** A file without any content. */
export class EmptyFileError extends DataError {
  override readonly name = "EmptyFileError";
  constructor(file: string) {
    super("the file is empty: expected annotated texts. Was the export finished?", { file });
  }
}

/** A file that no format recognizes, or a folder or archive of nothing but such files. */
export class UnknownFormatError extends DataError {
  override readonly name = "UnknownFormatError";
  /** @param problem sentences that say what the file is and what to do */
  constructor(file: string, problem: string) {
    super(`${problem} \`relata data formats\` lists the formats that are read.`, { file });
  }
}

/** A folder or archive without a file to read. */
export class NoFilesError extends DataError {
  override readonly name = "NoFilesError";
  constructor(file: string) {
    super(
      "no file to read in it: expected annotated texts. Empty files, hidden ones and links that lead out of it are not read.",
      { file },
    );
  }
}

/** Files that were read completely and gave no document. */
export class NoDocumentsError extends DataError {
  override readonly name = "NoDocumentsError";
  constructor(files: readonly string[], reasons: readonly string[]) {
    const why = reasons.length > 0 ? ` ${reasons.join("; ")}` : "";
    super(`no document is left after reading: expected at least one annotated text.${why}`, { file: listed(files, 3) });
  }
}

/** A line too long to be held in memory. */
export class LineTooLongError extends DataError {
  override readonly name = "LineTooLongError";
  constructor(bytes: number, limit: number, at: SourceLocation) {
    super(`the line has ${bytes} bytes, more than the ${limit} that are read. Are line ends missing?`, at);
  }
}

/** Bytes that are not UTF-8. They are not replaced, since every offset after them would be a guess. */
export class EncodingError extends DataError {
  override readonly name = "EncodingError";
  /** @param likely the encoding that the bytes look like, as iconv names it */
  constructor(at: SourceLocation, likely?: string) {
    const found = likely === undefined ? "" : ` but likely ${likely}`;
    const way = likely === undefined ? "" : `, as by "iconv -f ${likely} -t UTF-8 FILE > NEW",`;
    super(`not valid UTF-8${found}. Save the file as UTF-8${way} and check that its offsets still hold.`, at);
  }
}

// Archives

/** An archive or folder that exceeds a limit; `limit` is its name in ArchiveLimits. */
export class ArchiveLimitError extends DataError {
  override readonly name = "ArchiveLimitError";
  readonly limit: string;
  constructor(limit: string, problem: string, at: SourceLocation) {
    super(`${problem}. If you trust it, unpack what you need of it and name the files that hold annotations.`, at);
    this.limit = limit;
  }
}

/** A zip or gzip file whose bytes contradict themselves. */
export class DamagedArchiveError extends DataError {
  override readonly name = "DamagedArchiveError";
  constructor(problem: string, at: SourceLocation) {
    super(
      `the archive is damaged: ${printable(problem.replace(/\.+$/, ""))}. Was it copied to its end? Export or download it again.`,
      at,
    );
  }
}

/** A member of a zip that cannot be unpacked, because it is encrypted or uses an uncommon compression. */
export class PackedMemberError extends DataError {
  override readonly name = "PackedMemberError";
  constructor(problem: string, at: SourceLocation) {
    super(`${problem}. Unpack the archive with the program that made it and name the file.`, at);
  }
}

/** A member of a zip whose name leads out of the archive, is used twice, or is empty. */
export class MemberNameError extends DataError {
  override readonly name = "MemberNameError";
  constructor(member: string, problem: string, at: SourceLocation) {
    super(
      `the member ${quote(member)} ${problem}: such an archive is not read. Do you trust who made it? If so, pack it again.`,
      at,
    );
  }
}

// Records

/** A line that is not JSON; `parserMessage` is the message of the parser. */
export class NotJsonError extends DataError {
  override readonly name = "NotJsonError";
  readonly parserMessage: string;
  constructor(parserMessage: string, at: SourceLocation) {
    const where = at.record === undefined ? "on this line" : "as this record";
    super(`expected one JSON object ${where}, and the parser says: ${printable(parserMessage)}`, at);
    this.parserMessage = parserMessage;
  }
}

/** A file that is not XML, or not well formed. */
export class NotXmlError extends DataError {
  override readonly name = "NotXmlError";
  constructor(parserMessage: string, column: number, at: SourceLocation) {
    const problem = printable(parserMessage).replace(/\.$/, "");
    super(
      `the XML cannot be read: ${problem}, at column ${column}. Was the file copied to its end, or changed by hand?`,
      at,
    );
  }
}

/**
 * A key that is missing or holds the wrong kind of value; `key` is its path, such as `item.data.text`, or empty for the
 * line itself.
 */
export class KeyError extends DataError {
  override readonly name = "KeyError";
  readonly key: string;
  constructor(key: string, expected: string, found: string, at: SourceLocation, next = "") {
    const whole = at.record === undefined ? "the line" : "the record";
    const subject = key === "" ? whole : `key ${printable(key)}`;
    super(`${subject}: expected ${expected}, found ${found}${next && `. ${next}`}`, at);
    this.key = key;
  }
}

/** A record whose lines do not have the shape of its format. */
export class RecordError extends DataError {
  override readonly name = "RecordError";
  constructor(expected: string, found: string, at: SourceLocation) {
    super(`expected ${expected}, found ${found}`, at);
  }
}

/** Two entities of one text share an id. */
export class DuplicateEntityError extends DataError {
  override readonly name = "DuplicateEntityError";
  constructor(id: string, at: SourceLocation) {
    super(`two entities have the id ${id}: relations that cite it could mean either. Give each its own id.`, at);
  }
}

/** A relation that cites an entity which the text does not have. */
export class UnknownEntityError extends DataError {
  override readonly name = "UnknownEntityError";
  constructor(label: string, id: string, known: readonly string[], at: SourceLocation) {
    const knownIds = known.length > 0 ? `the ids of this text are ${listed(known)}` : "this text has no entity";
    super(`relation ${quote(label)} cites entity ${id}, which does not exist; ${knownIds}`, at);
  }
}

/** A relation with an empty label. */
export class EmptyLabelError extends DataError {
  override readonly name = "EmptyLabelError";
  constructor(at: SourceLocation | undefined) {
    super("a relation has an empty label: name it or remove the relation.", at);
  }
}

/** How a second document with the same id differs from the first; absent if they were not compared. */
export type DuplicateKind = "alike" | "other-annotations" | "other-text";

const duplicateWords: Readonly<Record<DuplicateKind, string>> = {
  alike:
    ", with the same text and annotations. Was a file given twice? Else relata data check DATA --fix OUTPUT writes the data " +
    "without the copy.",
  "other-annotations":
    ", with the same text and other annotations, and nothing says who made which. Put what each person annotated into " +
    "a file or folder of its own, then --annotator chooses among them; or keep one of the two.",
  "other-text": ", with another text. Give each text its own id.",
};

/** Two documents share an id; the message has both places, `at` is the later one. */
export class DuplicateDocumentError extends DataError {
  override readonly name = "DuplicateDocumentError";
  readonly first: SourceLocation;
  /** The message without its place. */
  readonly detail: string;
  constructor(id: string, first: SourceLocation, at: SourceLocation, how?: DuplicateKind) {
    const why = how ? duplicateWords[how] : ". Give each text its own id; of one that is there twice, keep one.";
    const detail = `document id ${quote(id)} was already read at ${formatLocation(first)}${why}`;
    super(detail, at);
    this.first = first;
    this.detail = detail;
  }
}

// Spans

/** An entity whose span cannot be marked in its text. */
export class SpanError extends DataError {
  override readonly name: string = "SpanError";
  readonly entity: Entity;
  constructor(problem: string, text: string, entity: Entity, at: SourceLocation | undefined) {
    const { start, end, type } = entity;
    const surface = text.slice(Math.max(0, start), Math.max(0, end));
    const found = surface === "" ? "" : ` ${quote(surface)}`;
    const which = type === "" ? "entity" : `entity of type ${quote(type)}`;
    const convention = "offsets count UTF-16 code units, end exclusive";
    super(
      `${which}: span [${start}, ${end})${found} ${problem}, in a text of length ${text.length}; ${convention}`,
      at,
    );
    this.entity = entity;
  }
}

/** A span that begins before the text or ends after it. */
export class SpanOutsideTextError extends SpanError {
  override readonly name = "SpanOutsideTextError";
  constructor(text: string, entity: Entity, at: SourceLocation | undefined) {
    super("lies outside the text", text, entity, at);
  }
}

/** A span that ends before it begins. */
export class ReversedSpanError extends SpanError {
  override readonly name = "ReversedSpanError";
  constructor(text: string, entity: Entity, at: SourceLocation | undefined) {
    super("ends before it begins", text, entity, at);
  }
}

/** A span without characters. */
export class EmptySpanError extends SpanError {
  override readonly name = "EmptySpanError";
  constructor(text: string, entity: Entity, at: SourceLocation | undefined) {
    super("is empty", text, entity, at);
  }
}

/**
 * A span that begins or ends between the two halves of one character: the offsets were counted by another convention.
 */
export class SurrogatePairError extends SpanError {
  override readonly name = "SurrogatePairError";
  constructor(text: string, entity: Entity, at: SourceLocation | undefined) {
    super("cuts a character in two (a surrogate pair)", text, entity, at);
  }
}

/** A span of nothing but white space. */
export class WhiteSpaceSpanError extends SpanError {
  override readonly name = "WhiteSpaceSpanError";
  constructor(text: string, entity: Entity, at: SourceLocation | undefined) {
    super("holds only white space", text, entity, at);
  }
}
