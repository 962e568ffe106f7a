import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { writeFailure } from "./failures.ts";

export interface TextFileOptions {
  /** Whether the file is packed. */
  readonly gzip?: boolean;
  /** `wx` creates a new file, `w` opens an existing one: a pipe, a terminal. */
  readonly flags?: "wx" | "w";
  /** Whether the closed file survives a power cut; that makes closing slower. */
  readonly isDurable?: boolean;
}

/** Length of the buffer in UTF-16 code units; it gives fewer, larger writes. */
const bufferLength = 2 ** 18;

/** A text file that is written piece by piece; holds one buffer, and waits for a slow disk or reader. */
export class TextFile {
  readonly #path: string;
  readonly #file: WriteStream;
  /** Takes the text: the file itself, or the stream that packs it. */
  readonly #target: Writable;
  readonly #finished: Promise<void>;
  #buffer = "";

  constructor(path: string, { gzip = false, flags = "wx", isDurable = false }: TextFileOptions = {}) {
    this.#path = path;
    this.#file = createWriteStream(path, { flags, flush: isDurable });
    const packing = gzip ? createGzip() : undefined;
    this.#target = packing ?? this.#file;
    this.#finished = packing ? pipeline(packing, this.#file) : finished(this.#file);
    this.#finished.catch(() => {}); // reported by the write or close that waits for it
  }

  /** Returns a promise only if the buffer is full. @throws UnavailableError */
  write(text: string): Promise<void> | undefined {
    this.#buffer += text;
    return this.#buffer.length >= bufferLength ? this.#flush() : undefined;
  }

  /** @returns the bytes of the file. @throws UnavailableError */
  async close(): Promise<number> {
    await this.#flush();
    this.#target.end();
    await this.#finished.catch((error: unknown) => this.#fail(error));
    return this.#file.bytesWritten;
  }

  /** Closes an unfinished file, which the caller removes. */
  async abandon(): Promise<void> {
    this.#target.destroy();
    this.#file.destroy();
    await this.#finished.catch(() => {});
  }

  async #flush(): Promise<void> {
    const data = Buffer.from(this.#buffer);
    this.#buffer = "";
    try {
      if (!this.#target.write(data)) await Promise.race([once(this.#target, "drain"), this.#finished]);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): never {
    throw writeFailure(this.#path, error);
  }
}
