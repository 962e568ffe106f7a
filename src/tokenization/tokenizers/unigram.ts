/** The index that stands for characters that no piece covers. */
export const unknown = -1;

/** The score of an unknown character lies this much below the lowest score of a piece. */
const unknownPenalty = 10;

/**
 * Sentencepiece's unigram model: the segmentation of a text into pieces whose scores have the greatest sum.
 *
 * All sums are float32, as in sentencepiece 0.2.3: where two segmentations are equally good (`aa a` and `a aa`),
 * rounding decides. Hugging Face's Rust tokenizers sum in float64 and decide otherwise; sentencepiece up to 0.2.0
 * compares before it rounds.
 * @see https://github.com/google/sentencepiece/blob/v0.2.0/src/unigram_model.cc Model::EncodeOptimized
 */
export class Unigram {
  /** For each prefix of a piece its index, or `unknown` if it is not a piece itself. */
  readonly #beginnings = new Map<string, number>();
  readonly #scores: Float32Array;
  readonly #unknownScore: number;

  /** `pieces` by index, without those that must not be found in a text. */
  constructor(pieces: ReadonlyMap<number, { readonly piece: string; readonly score: number }>) {
    this.#scores = new Float32Array([...pieces.keys()].reduce((most, index) => Math.max(most, index + 1), 0));
    let lowest = Infinity;
    for (const [index, { piece, score }] of pieces) {
      for (let end = 1; end < piece.length; end++) {
        const beginning = piece.slice(0, end);
        if (!this.#beginnings.has(beginning)) this.#beginnings.set(beginning, unknown);
      }
      this.#beginnings.set(piece, index);
      this.#scores[index] = score;
      lowest = Math.min(lowest, Math.fround(score));
    }
    this.#unknownScore = Math.fround(lowest - unknownPenalty);
  }

  /** Segments a text into indexes of pieces; adjacent characters that no piece covers become one `unknown`. */
  segment(text: string): number[] {
    const best = new Float32Array(text.length + 1);
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
      for (let end = start + 1; end <= text.length; end++) {
        const index = this.#beginnings.get(text.slice(start, end));
        if (index === undefined) break;
        if (index === unknown) continue;
        offer(start, end, index, Math.fround(this.#scores[index]! + best[start]!));
        isKnown ||= end === next;
      }
      if (!isKnown) offer(start, next, unknown, Math.fround(this.#unknownScore + best[start]!));
      start = next;
    }
    const backwards: number[] = [];
    for (let end = text.length; end > 0; end = startOf[end]!) {
      if (pieceOf[end] !== unknown || backwards.at(-1) !== unknown) backwards.push(pieceOf[end]!);
    }
    return backwards.reverse();
  }
}
