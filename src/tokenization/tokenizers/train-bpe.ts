import { UsageError } from "../../errors.ts";
import { byteAlphabet, encodeByteLevel } from "./byte-alphabet.ts";
import { ByteLevelBpe } from "./byte-level-bpe.ts";
import { learnMerges } from "./learn-merges.ts";
import { preTokenize } from "./pre-tokenize.ts";
import { smallestVocabSize } from "./smallest-vocab-size.ts";
import { specialTokens } from "./word-tokenizer.ts";

export interface BpeTrainingOptions {
  /** Number of ids, with the 256 bytes and 7 special tokens; few or repetitive texts may give fewer. */
  readonly vocabSize: number;
  /** A pair seen less often than this is not merged; 2, as in Hugging Face's ByteLevelBPETokenizer. */
  readonly minFrequency?: number;
}

/**
 * Learns a byte-level BPE from texts, in RoBERTa's layout: `<s>` 0, `<pad>` 1, `</s>` 2, `<unk>` 3, the 256 bytes, the
 * merged tokens, `<mask>`, and `<ent>`, `<ent2>` appended. Equal texts, in any order, give equal ids.
 */
export async function trainByteLevelBpe(
  texts: Iterable<string>,
  { vocabSize, minFrequency = 2 }: BpeTrainingOptions,
): Promise<ByteLevelBpe> {
  if (!Number.isInteger(vocabSize) || vocabSize < smallestVocabSize) {
    throw new UsageError(
      `cannot learn a vocabulary of ${vocabSize} tokens: ${smallestVocabSize} are needed for the bytes and the special tokens alone`,
    );
  }
  const alphabet = [...byteAlphabet].sort();
  const { tokens, merges } = learnMerges(countWords(texts), alphabet, vocabSize - smallestVocabSize, minFrequency);
  const { cls, pad, sep, unk, mask, ent, ent2 } = specialTokens;
  const vocab = new Map([cls, pad, sep, unk, ...alphabet, ...tokens, mask].map((token, id) => [token, id]));
  const addedTokens = new Map([ent, ent2].map((token, index) => [token, vocab.size + index]));
  return new ByteLevelBpe({ vocab, merges, addedTokens });
}

/** Counts the words of the texts as BPE reads them: split by GPT-2's pattern, in byte symbols. */
function countWords(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of preTokenize(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const inSymbols = new Map<string, number>();
  for (const [word, count] of counts) {
    // Two words may differ in a lone surrogate alone; both are encoded as U+FFFD.
    const symbols = encodeByteLevel(word);
    inSymbols.set(symbols, (inSymbols.get(symbols) ?? 0) + count);
  }
  return inSymbols;
}
