import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { DataError, InputMissingError, UnavailableError } from "../../errors.ts";
import { EmptyFileError, EncodingError } from "../../corpus/errors.ts";
import { printable } from "../../quote.ts";
import { likelyEncoding, utf16Of, utf16ToUtf8 } from "./encoding.ts";
import { jsonRecords, type JsonRecord, type JsonRecordOptions } from "./json-records.ts";
import { maxLineBytes, splitLines, type Line } from "./lines.ts";
import { endsInFirstRecord, headBytes, probeBytes, probeUtf16, type Probe } from "./probe.ts";

/**
 * A file that begins with more white space counts as empty: leading white space is held in memory until the head is
 * read.
 */
const maxBlankBytes = 16 * 2 ** 20;

/** Maximal bytes of files that are read as one piece. */
export const maxWholeBytes: number = 128 * 2 ** 20;

/**
 * The bytes of a file.
 * @throws {InputMissingError} for a missing file and for a folder; UnavailableError for a file that cannot be read.
 */
export async function* readChunks(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: headBytes }) as AsyncIterable<Buffer>;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const code = "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new InputMissingError(`${path}: no such file. Check the path; it is looked for from ${process.cwd()}.`);
    }
    if (code === "EISDIR") throw new InputMissingError(`${path} is a folder: name the data files in it.`);
    throw new UnavailableError(`${printable(path)} cannot be read: ${printable(cause.message)}`, { cause });
  }
}

/** Opens the file of this name in the same folder or archive; undefined if there is none. */
export type OpenSibling = (name: string) => Promise<SourceFile | undefined>;

/** The place of a file among others, and the ways to find them from it. */
export interface Surroundings {
  /** Folder of the file inside the folder or archive that was named, with its slash: `train/`; "" if it is in none. */
  readonly folder?: string;
  readonly sibling?: OpenSibling;
  /** Opens the nearest file of this name in the folders above the file's own. */
  readonly above?: OpenSibling;
  /** Paths of the files of this name in other folders below the path that was named. */
  readonly elsewhere?: (name: string) => string[];
}

/** A file that is read once from beginning to end, so that a pipe works too; counts and hashes its bytes on the way. */
export class SourceFile {
  /** The path to display; for a member of an archive, `export.zip/annotations.jsonlines`. */
  readonly path: string;
  /** The evidence from which the format is detected. */
  readonly probe: Probe;
  /** See Surroundings. */
  readonly folder: string;
  /** The kind of UTF-16 in which the file is, `UTF-16LE`; it is read as UTF-8. Undefined for other files. */
  readonly utf16: string | undefined;
  /** The files that `sibling` and `above` opened. */
  readonly siblings: SourceFile[] = [];
  bytes = 0;
  readonly #hash = createHash("sha256");
  readonly #read: Buffer[];
  readonly #rest: AsyncGenerator<Buffer>;
  readonly #surroundings: Surroundings;

  private constructor(
    probe: Probe,
    path: string,
    read: Buffer[],
    rest: AsyncGenerator<Buffer>,
    { utf16, ...surroundings }: Surroundings & { utf16?: string | undefined },
  ) {
    this.path = path;
    this.probe = probe;
    this.utf16 = utf16;
    this.folder = surroundings.folder ?? "";
    this.#surroundings = surroundings;
    this.#read = read;
    this.#rest = rest;
  }

  /**
   * Opens a file and reads its head.
   * @param chunks its bytes; if not given, those of the file on disk
   * @param enough number of bytes to wait for before the format is detected, in a slow stream
   * @param readsUtf16 whether a file in UTF-16 that begins with this text is read, as UTF-8; no file if not given, since
   * most formats count bytes or offsets that a writer of UTF-16 may have counted otherwise
   * @param allowEmpty whether a file of nothing but white space is accepted (brat has such files)
   * @throws {InputMissingError} for a missing file and for a folder; EmptyFileError for nothing but white space;
   * EncodingError for UTF-16 that is not to be read.
   */
  static async open(
    path: string,
    {
      chunks = readChunks(path),
      allowEmpty = false,
      enough = headBytes,
      readsUtf16,
      ...surroundings
    }: {
      chunks?: AsyncGenerator<Buffer>;
      allowEmpty?: boolean;
      enough?: number;
      readsUtf16?: ((head: string) => boolean) | undefined;
    } & Surroundings = {},
  ): Promise<SourceFile> {
    const read: Buffer[] = [];
    let bytes = 0;
    let blank = true;
    try {
      while (bytes < enough || (blank && bytes < maxBlankBytes)) {
        const { value, done } = await chunks.next();
        if (done) break;
        read.push(value);
        bytes += value.length;
        blank &&= value.toString().trim() === "";
      }
      if (blank && !allowEmpty) throw new EmptyFileError(path);
      const utf16 = utf16Of(Buffer.concat(read));
      if (utf16 !== undefined) {
        const probe = probeUtf16(Buffer.concat(read), path, utf16);
        if (probe === undefined || !readsUtf16?.(probe.head)) throw new EncodingError({ file: path }, utf16);
        return new SourceFile(probe, path, read, chunks, { ...surroundings, utf16 });
      }
      // Reads on until all keys of the first record are known, however long its text is.
      for (let looked = 0; bytes < maxLineBytes;) {
        if (bytes >= 2 * looked) {
          if (!endsInFirstRecord(Buffer.concat(read))) break;
          looked = bytes;
        }
        const { value, done } = await chunks.next();
        if (done) break;
        read.push(value);
        bytes += value.length;
      }
      return new SourceFile(probeBytes(Buffer.concat(read), path), path, read, chunks, surroundings);
    } catch (error) {
      await chunks.return(undefined);
      throw error;
    }
  }

  /** The beginning, as text. */
  get head(): string {
    return this.probe.head;
  }

  /** The file name without folders: `PMID-8039243.ann`. */
  get name(): string {
    return basename(this.path);
  }

  /**
   * The lines that are not blank. `lines`, `records`, `chunks` and `text` all consume the file, so call only one of
   * them, once.
   */
  lines(): AsyncGenerator<Line> {
    return splitLines(this.#chunks(), this.path);
  }

  /** The records of a file of JSON, in whatever layout. */
  records(options?: JsonRecordOptions): AsyncIterable<JsonRecord> {
    return jsonRecords(this.#chunks(), this.path, this.probe.layout, options);
  }

  /** The bytes as they come. */
  chunks(): AsyncGenerator<Buffer> {
    return this.#chunks();
  }

  /**
   * The exact text of the file, without a byte-order mark.
   * @throws EncodingError for anything but UTF-8; DataError for a file too large to be held.
   */
  async text(): Promise<string> {
    const read: Buffer[] = [];
    for await (const chunk of this.#chunks()) {
      read.push(chunk);
      if (this.bytes > maxWholeBytes) {
        throw new DataError(
          `the file has more than the ${maxWholeBytes} bytes that this format is read with. Split it.`,
          {
            file: this.path,
          },
        );
      }
    }
    const bytes = Buffer.concat(read);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      throw new EncodingError({ file: this.path }, likelyEncoding(bytes));
    }
  }

  /**
   * Opens the file of this name in the same folder or archive; undefined if there is none. It is closed with this one.
   */
  async sibling(name: string): Promise<SourceFile | undefined> {
    return this.#keep(await this.#surroundings.sibling?.(name));
  }

  /** Like `sibling`, but searches the folders above, the nearest first. */
  async above(name: string): Promise<SourceFile | undefined> {
    return this.#keep(await this.#surroundings.above?.(name));
  }

  /** See Surroundings. */
  elsewhere(name: string): string[] {
    return this.#surroundings.elsewhere?.(name) ?? [];
  }

  /** SHA-256 of the bytes read so far, in hexadecimal; of the whole file once it is read to its end. */
  digest(): string {
    return this.#hash.copy().digest("hex");
  }

  async close(): Promise<void> {
    await this.#rest.return(undefined);
    for (const sibling of this.siblings) await sibling.close();
  }

  #keep(file: SourceFile | undefined): SourceFile | undefined {
    if (file) this.siblings.push(file);
    return file;
  }

  #chunks(): AsyncGenerator<Buffer> {
    return this.utf16 === undefined ? this.#bytes() : this.#decoded(this.utf16);
  }

  async *#decoded(utf16: string): AsyncGenerator<Buffer> {
    const decoder = utf16ToUtf8(utf16);
    const decode = (bytes: Buffer, isLast: boolean): Buffer => {
      try {
        return decoder(bytes, isLast);
      } catch {
        throw new EncodingError({ file: this.path }, utf16);
      }
    };
    for await (const chunk of this.#bytes()) yield decode(chunk, false);
    yield decode(Buffer.alloc(0), true);
  }

  async *#bytes(): AsyncGenerator<Buffer> {
    for (const chunk of this.#read.splice(0)) yield this.#count(chunk);
    for await (const chunk of this.#rest) yield this.#count(chunk);
  }

  #count(chunk: Buffer): Buffer {
    this.bytes += chunk.length;
    this.#hash.update(chunk);
    return chunk;
  }
}
