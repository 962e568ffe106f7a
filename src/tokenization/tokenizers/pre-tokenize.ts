/**
 * The pattern of GPT-2 and RoBERTa, its alternatives for words, numbers and signs under one optional blank. JavaScript's
 * own `\s` has U+FEFF and lacks U+0085.
 * @see https://github.com/openai/gpt-2/blob/master/src/encoder.py
 */
const pattern =
  /'(?:s|t|re|ve|m|ll|d)| ?(?:\p{L}+|\p{N}+|[^\p{White_Space}\p{L}\p{N}]+)|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/**
 * The words that a byte-level BPE merges each on its own, in order; joined they are the text. What is a letter, Unicode
 * says, and each engine by its own version: ids of characters that are newer than Unicode 16 may differ between them.
 */
export const preTokenize = (text: string): readonly string[] => text.match(pattern) ?? [];
