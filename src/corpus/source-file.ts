import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { InputMissingError, UnavailableError } from "../errors.ts";
import { EmptyFileError, EncodingError } from "./errors.ts";
import { splitLines, type Line } from "./lines.ts";
import { printable } from "./quote.ts";

/** How much of a file a reader may look at to know its format; also the size of one read. */
const headBytes = 256 * 1024;

/** The bytes of a file. @throws {InputMissingError} for no such file and for a folder; UnavailableError for one that cannot be read. */
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

/** A file read once from beginning to end, so a pipe will do; counted and hashed on the way. */
export class SourceFile {
  readonly path: string;
  /** The beginning, as text, for the detection of the format. */
  readonly head: string;
  bytes = 0;
  readonly #hash = createHash("sha256");
  readonly #read: Buffer[];
  readonly #rest: AsyncGenerator<Buffer>;

  private constructor(path: string, read: Buffer[], rest: AsyncGenerator<Buffer>) {
    this.path = path;
    this.head = new TextDecoder().decode(Buffer.concat(read));
    this.#read = read;
    this.#rest = rest;
  }

  /**
   * Reads as far as the head.
   * @throws {InputMissingError} for no such file and for a folder; EmptyFileError for nothing but white space;
   * EncodingError for UTF-16.
   */
  static async open(path: string): Promise<SourceFile> {
    const chunks = readChunks(path);
    const read: Buffer[] = [];
    let bytes = 0;
    let blank = true;
    while (bytes < headBytes || blank) {
      const { value, done } = await chunks.next();
      if (done) break;
      read.push(value);
      bytes += value.length;
      blank &&= value.toString().trim() === "";
    }
    if (blank) throw new EmptyFileError(path);
    if (/^(fffe|feff)/.test(read[0]!.toString("hex", 0, 2))) throw new EncodingError({ file: path });
    return new SourceFile(path, read, chunks);
  }

  /** The lines that are not blank; to be called once. */
  lines(): AsyncGenerator<Line> {
    return splitLines(this.#chunks(), this.path);
  }

  /** SHA-256 of the bytes read, in hexadecimal; of the whole file once `lines` has ended. */
  digest(): string {
    return this.#hash.copy().digest("hex");
  }

  async close(): Promise<void> {
    await this.#rest.return(undefined);
  }

  async *#chunks(): AsyncGenerator<Buffer> {
    for (const chunk of this.#read.splice(0)) yield this.#count(chunk);
    for await (const chunk of this.#rest) yield this.#count(chunk);
  }

  #count(chunk: Buffer): Buffer {
    this.bytes += chunk.length;
    this.#hash.update(chunk);
    return chunk;
  }
}
