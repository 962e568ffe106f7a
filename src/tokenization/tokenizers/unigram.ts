/** The index that stands for characters that no piece covers. */
export const unknown = -1;

/** The score of an unknown character lies this much below the lowest score of a piece. */
const unknownPenalty = 10;

export interface UnigramOptions {
  /** Of sums: float32 as sentencepiece has, float64 as `tokenizers` (Rust) has. */
  readonly precision?: "float32" | "float64";
  /** The lowest score of the vocabulary, if `pieces` lacks it. */
  readonly lowest?: number;
}

/**
 * Sentencepiece's unigram model: the segmentation of a text into pieces whose scores have the greatest sum.
 *
 * By default all sums are float32, as in sentencepiece 0.2.3: where two segmentations are equally good (`aa a` and `a aa`),
 * rounding decides. Hugging Face's Rust tokenizers sum in float64 and decide otherwise; sentencepiece up to 0.2.0
 * compares before it rounds.
 * @see https://github.com/google/sentencepiece/blob/v0.2.0/src/unigram_model.cc Model::EncodeOptimized
 */
export class Unigram {
  /** For each prefix of a piece its index, or `unknown` if it is not a piece itself; only of pieces in no group of `#unread`. */
  readonly #beginnings = new Map<string, number>();
  /**
   * The pieces whose prefixes were not needed yet, by their first two code units: a text has a small part of them, and the
   * prefixes of a large vocabulary take longer to make than most texts to tokenize.
   */
  readonly #unread = new Map<string, (readonly [piece: string, index: number])[]>();
  readonly #scores: Float32Array | Float64Array;
  readonly #unknownScore: number;
  readonly #Floats: typeof Float32Array | typeof Float64Array;
  readonly #round: (value: number) => number;

  /** `pieces` by index, without those that must not be found in a text. */
  constructor(
    pieces: ReadonlyMap<number, { readonly piece: string; readonly score: number }>,
    { precision = "float32", lowest: known = Infinity }: UnigramOptions = {},
  ) {
    this.#Floats = precision === "float32" ? Float32Array : Float64Array;
    this.#round = precision === "float32" ? Math.fround : (value) => value;
    this.#scores = new this.#Floats([...pieces.keys()].reduce((most, index) => Math.max(most, index + 1), 0));
    let lowest = this.#round(known);
    for (const [index, { piece, score }] of pieces) {
      const key = piece.slice(0, 2);
      const group = this.#unread.get(key);
      if (piece.length < 2) this.#beginnings.set(piece, index);
      else if (group) group.push([piece, index]);
      else this.#unread.set(key, [[piece, index]]);
      this.#scores[index] = score;
      lowest = Math.min(lowest, this.#round(score));
    }
    this.#unknownScore = this.#round(lowest - unknownPenalty);
  }

  /** Makes the prefixes of the pieces that begin with two code units. */
  #read(key: string): void {
    const group = this.#unread.get(key);
    if (!group) return;
    this.#unread.delete(key);
    for (const [piece, index] of group) {
      for (let end = 1; end < piece.length; end++) {
        const beginning = piece.slice(0, end);
        if (!this.#beginnings.has(beginning)) this.#beginnings.set(beginning, unknown);
      }
      this.#beginnings.set(piece, index);
    }
  }

  /**
   * Segments a text into indexes of pieces; adjacent characters that no piece covers become one `unknown`.
   * @param lengths is given the number of code units of each
   */
  segment(text: string, lengths: number[] = []): number[] {
    const best = new this.#Floats(text.length + 1);
    const round = this.#round;
    const startOf = new Int32Array(text.length + 1).fill(-1);
    const pieceOf = new Int32Array(text.length + 1);
    const offer = (start: number, end: number, index: number, score: number): void => {
      if (startOf[end] !== -1 && score <= best[end]!) return;
      best[end] = score;
      startOf[end] = start;
      pieceOf[end] = index;
    };
    for (let start = 0; start < text.length;) {
      const next = start + (text.codePointAt(start)! > 0xffff ? 2 : 1);
      let isKnown = false;
      this.#read(text.slice(start, start + 2));
      for (let end = start + 1; end <= text.length; end++) {
        const index = this.#beginnings.get(text.slice(start, end));
        if (index === undefined) break;
        if (index === unknown) continue;
        offer(start, end, index, round(this.#scores[index]! + best[start]!));
        isKnown ||= end === next;
      }
      if (!isKnown) offer(start, next, unknown, round(this.#unknownScore + best[start]!));
      start = next;
    }
    const backwards: number[] = [];
    for (let end = text.length; end > 0; end = startOf[end]!) {
      const length = end - startOf[end]!;
      if (pieceOf[end] === unknown && backwards.at(-1) === unknown) lengths.push(lengths.pop()! + length);
      else {
        backwards.push(pieceOf[end]!);
        lengths.push(length);
      }
    }
    lengths.reverse();
    return backwards.reverse();
  }
}
