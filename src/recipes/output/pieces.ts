import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFailure } from "../../checkpoint/checkpoint-error.ts";
import type { OutputPiece } from "../../formats/format.ts";
import { TextFile, type TextFileOptions } from "./text-file.ts";

export interface WrittenBytes {
  readonly files: number;
  readonly bytes: number;
}

/** Where the pieces of a format's writer go. */
export interface PieceSink {
  /** @throws UnavailableError where it cannot be written */
  write(piece: OutputPiece): Promise<void>;
  /** To be called after the last piece. */
  close(): Promise<WrittenBytes>;
  /** To be called instead of `close` where what was written is to be removed. */
  abandon(): Promise<void>;
}

/** The one file of a format that has one. */
export class FilePieces implements PieceSink {
  readonly #file: TextFile;

  constructor(path: string, options?: TextFileOptions) {
    this.#file = new TextFile(path, options);
  }

  write({ text }: OutputPiece): Promise<void> {
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

/** The files of a format that has a folder of them, one open at a time: a writer ends a file before it begins the next. */
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

/** Whether a name is a path that stays in its folder on every system; writers make names of what foreign files say. */
const isInside = (name: string): boolean =>
  name.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !/[\\:\0]/.test(part));
