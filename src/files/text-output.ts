import type { OutputPiece, PieceSink, WrittenBytes } from "./pieces.ts";

/** Length of a part in UTF-16 code units; buffering gives fewer, larger parts. */
const partLength = 2 ** 16;

/** Passes the text of a one-file format to a consumer in parts, and waits until each part is taken. */
export class TextOutput implements PieceSink {
  readonly #take: (text: string) => Promise<void>;
  #waiting = "";
  #bytes = 0;

  constructor(take: (text: string) => Promise<void>) {
    this.#take = take;
  }

  async write({ text }: OutputPiece): Promise<void> {
    this.#waiting += text;
    if (this.#waiting.length >= partLength) await this.#flush();
  }

  async close(): Promise<WrittenBytes> {
    await this.#flush();
    return { files: 1, bytes: this.#bytes };
  }

  /** Text that was handed on cannot be taken back. */
  async abandon(): Promise<void> {
    await this.#flush();
  }

  async #flush(): Promise<void> {
    const text = this.#waiting;
    if (text === "") return;
    this.#waiting = "";
    this.#bytes += Buffer.byteLength(text);
    await this.#take(text);
  }
}
