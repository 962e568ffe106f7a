import type { OutputPiece, PieceSink, WrittenBytes } from "./pieces.ts";

/** Fewer and larger parts: in UTF-16 code units. */
const partLength = 2 ** 16;

/** Hands the text of a format of one file to whoever wants it, in parts; waits until each is taken. */
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
