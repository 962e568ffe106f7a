/**
 * The pattern of GPT-2 and RoBERTa, with its alternatives for words, numbers and signs after one optional blank.
 * JavaScript's own `\s` is not used because it has U+FEFF and lacks U+0085.
 * @see https://github.com/openai/gpt-2/blob/master/src/encoder.py
 */
const pattern =
  /'(?:s|t|re|ve|m|ll|d)| ?(?:\p{L}+|\p{N}+|[^\p{White_Space}\p{L}\p{N}]+)|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/**
 * Splits a text into the words that a byte-level BPE merges each on its own; joined they are the text. Each engine has
 * its own version of Unicode's letters: ids of characters newer than Unicode 16 may differ between engines.
 */
export const preTokenize = (text: string): readonly string[] => text.match(pattern) ?? [];
