import type { Padding } from "../../../tokenization/inputs/collate.ts";
import { openWords } from "../../../tokenization/tokenizers/open-words.ts";
import { wordsSettings } from "../../../tokenization/tokenizers/special-names.ts";
import type { TokenizerFiles } from "../../../tokenization/tokenizers/tokenizer-files.ts";
import type { WordTokenizer } from "../../../tokenization/tokenizers/word-tokenizer.ts";
import type { EncoderTokenizer } from "../encoder.ts";
import { mentionPadding, mentionReadings } from "./mentions.ts";

const noLimit = 2 ** 20;

/** The tokenizer of an encoder without entities; its files are written as they were read. */
export class WordsTokenizer implements EncoderTokenizer {
  readonly words: WordTokenizer;
  readonly entities = mentionReadings;
  readonly entityCount = 0;
  readonly entityTypes: readonly string[] = [];
  readonly maxLength: number;
  readonly padding: Padding;
  readonly #files: TokenizerFiles;

  constructor(words: WordTokenizer, files: TokenizerFiles, maxLength: number) {
    this.words = words;
    this.#files = files;
    this.maxLength = maxLength;
    this.padding = { padTokenId: words.specialTokenIds.pad, entityPadId: mentionPadding };
  }

  /** Opens the files of a folder of `transformers`, given by file name. Throws a TokenizerFilesError. */
  static fromFiles(files: TokenizerFiles, tokenizerClasses: readonly string[]): WordsTokenizer {
    // `transformers` writes 1e30 where it knows no limit; the encoder has one.
    const maxLength = Math.min(wordsSettings(files).modelMaxLength ?? Infinity, noLimit);
    return new WordsTokenizer(openWords(files, tokenizerClasses[0]!), files, maxLength);
  }

  /** Every token of a mention counts for its state. */
  get maxMentionLength(): number {
    return this.maxLength;
  }

  files(): TokenizerFiles {
    return this.#files;
  }
}
