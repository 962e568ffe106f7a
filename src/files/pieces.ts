import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFailure } from "./failures.ts";
import { TextFile, type TextFileOptions } from "./text-file.ts";

/** The next piece of an output: of its one file, or of the file of this name in the output folder. */
export interface OutputPiece {
  readonly file?: string;
  readonly text: string;
}

export interface WrittenBytes {
  readonly files: number;
  readonly bytes: number;
}

/** Takes the pieces of an output one after another. */
export interface PieceSink {
  /**
   * Returns no promise where there is nothing to wait for: one for each of a million documents would take a tenth of the time.
   * @throws UnavailableError if it cannot be written
   */
  write(piece: OutputPiece): Promise<void> | undefined;
  /** To be called after the last piece. */
  close(): Promise<WrittenBytes>;
  /** To be called instead of `close` if what was written is to be removed. */
  abandon(): Promise<void>;
}

/** An output of one file. */
export class FilePieces implements PieceSink {
  readonly #file: TextFile;

  constructor(path: string, options?: TextFileOptions) {
    this.#file = new TextFile(path, options);
  }

  write({ text }: OutputPiece): Promise<void> | undefined {
    return this.#file.write(text);
  }

  async close(): Promise<WrittenBytes> {
    return { files: 1, bytes: await this.#file.close() };
  }

  abandon(): Promise<void> {
    return this.#file.abandon();
  }
}

interface OpenFile {
  readonly name: string;
  readonly file: TextFile;
}

/** An output of several files in a folder, one open at a time: each file must be complete before the next begins. */
export class FolderPieces implements PieceSink {
  readonly #folder: string;
  #open: OpenFile | undefined;
  #files = 0;
  #bytes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write({ file: name, text }: OutputPiece): Promise<void> {
    if (this.#open === undefined || this.#open.name !== name) this.#open = await this.#begin(name);
    await this.#open.file.write(text);
  }

  async close(): Promise<WrittenBytes> {
    if (this.#open) this.#bytes += await this.#open.file.close();
    this.#open = undefined;
    return { files: this.#files, bytes: this.#bytes };
  }

  async abandon(): Promise<void> {
    await this.#open?.file.abandon();
  }

  async #begin(name: string | undefined): Promise<OpenFile> {
    if (name === undefined || !isInside(name)) {
      throw new Error(`internal: a writer named a file that is no place in its folder: ${JSON.stringify(name)}`);
    }
    await this.close();
    const path = join(this.#folder, name);
    if (name.includes("/")) {
      await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
        throw writeFailure(path, error);
      });
    }
    this.#files++;
    return { name, file: new TextFile(path) };
  }
}

/** Whether a name is a path that stays in its folder on every system; writers take names from foreign files. */
const isInside = (name: string): boolean =>
  name.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !/[\\:\0]/.test(part));
