import { maskedScore } from "./attention-mask.ts";

/** The words of a batch: [batch, words], padded on the right. */
export interface WordBatch {
  readonly batch: number;
  readonly words: number;
  readonly inputIds: Int32Array;
  /** 1 for a token, 0 for padding. */
  readonly attentionMask: Uint8Array;
}

/** Numbers positions as RoBERTa does: real words count from `pad + 1`, padding has `pad` (create_position_ids_from_input_ids). */
export function positionsAfterPadding({ batch, words, inputIds }: WordBatch, padTokenId: number): Int32Array {
  const positions = new Int32Array(batch * words).fill(padTokenId);
  for (let row = 0; row < batch; row++) {
    let count = padTokenId;
    for (let i = row * words; i < (row + 1) * words; i++) if (inputIds[i] !== padTokenId) positions[i] = ++count;
  }
  return positions;
}

/** Makes the attention bias of the words, [batch, words]: 0, or very negative on padding. */
export const wordBias = ({ attentionMask }: WordBatch): Float32Array =>
  Float32Array.from(attentionMask, (isWord) => (isWord === 0 ? maskedScore : 0));
