import { byteAlphabet } from "./byte-alphabet.ts";
import { specialTokens } from "./word-tokenizer.ts";

/** The smallest vocabulary: every byte and the special tokens. */
export const smallestVocabSize: number = byteAlphabet.length + Object.keys(specialTokens).length;
