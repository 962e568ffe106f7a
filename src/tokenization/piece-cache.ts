/**
 * Token ids of texts that were encoded before; all are forgotten at once when they come to more UTF-16 units than
 * `limit`.
 */
export class PieceCache {
  readonly #limit: number;
  readonly #ids = new Map<string, Int32Array>();
  #units = 0;

  constructor(limit = 4_000_000) {
    this.#limit = limit;
  }

  get(text: string): Int32Array | undefined {
    return this.#ids.get(text);
  }

  set(text: string, ids: Int32Array): void {
    if (this.#ids.has(text) || text.length > this.#limit) return;
    if (this.#units + text.length > this.#limit) {
      this.#ids.clear();
      this.#units = 0;
    }
    this.#ids.set(text, ids);
    this.#units += text.length;
  }
}
