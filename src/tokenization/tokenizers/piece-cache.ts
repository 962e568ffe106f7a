/**
 * A cache of token ids by text or word. It is emptied when its keys come to more UTF-16 units than `limit`.
 */
export class PieceCache<Ids> {
  readonly #limit: number;
  readonly #ids = new Map<string, Ids>();
  #units = 0;

  constructor(limit = 4_000_000) {
    this.#limit = limit;
  }

  get(text: string): Ids | undefined {
    return this.#ids.get(text);
  }

  /** Adds a text that is not in the cache. */
  set(text: string, ids: Ids): void {
    if (text.length > this.#limit) return;
    if (this.#units + text.length > this.#limit) {
      this.#ids.clear();
      this.#units = 0;
    }
    this.#ids.set(text, ids);
    this.#units += text.length;
  }
}
