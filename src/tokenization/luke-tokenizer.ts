import { ByteLevelBpe } from "./byte-level-bpe.ts";
import { defaultEntityVocab, type EntityVocab, formatEntityVocab, parseEntityVocab } from "./entity-vocab.ts";
import {
  defaultTokenizerConfig,
  formatTokenizerConfig,
  parseTokenizerConfig,
  type TokenizerConfig,
} from "./tokenizer-config.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";
import { type BpeTrainingOptions, trainByteLevelBpe } from "./train-bpe.ts";
import type { WordTokenizer } from "./word-tokenizer.ts";

export type LukeTokenizerTraining = BpeTrainingOptions & Partial<TokenizerConfig>;

/** What LUKE's encodings are made with: words, entities, and two lengths. */
export class LukeTokenizer {
  readonly words: WordTokenizer;
  readonly entityVocab: EntityVocab;
  /** Tokens of a mention, its markers included, that count for its entity's position. */
  readonly maxMentionLength: number;
  /** Tokens of an encoding, `<s>` and `</s>` included. */
  readonly maxLength: number;

  constructor(words: WordTokenizer, entityVocab: EntityVocab, config: Partial<TokenizerConfig> = {}) {
    this.words = words;
    this.entityVocab = entityVocab;
    this.maxMentionLength = config.maxMentionLength ?? defaultTokenizerConfig.maxMentionLength;
    this.maxLength = config.maxLength ?? defaultTokenizerConfig.maxLength;
  }

  /** Learns the words from texts; the entities are the four special ones. */
  static async train(texts: Iterable<string>, options: LukeTokenizerTraining): Promise<LukeTokenizer> {
    return new LukeTokenizer(await trainByteLevelBpe(texts, options), defaultEntityVocab(), options);
  }

  /**
   * Opens the files of a folder that `files()` or transformers' LukeTokenizer wrote: their texts by file name. Throws a
   * TokenizerFilesError for a missing or damaged file, and for mLUKE, whose words are sentencepiece.
   */
  static fromFiles(files: Readonly<Record<string, string>>): LukeTokenizer {
    const entities = files["entity_vocab.json"];
    if (entities === undefined) {
      throw new TokenizerFilesError("entity_vocab.json", "a LUKE tokenizer needs this file, and it is missing");
    }
    const config = parseTokenizerConfig(files["tokenizer_config.json"] ?? "{}");
    return new LukeTokenizer(ByteLevelBpe.fromFiles(files), parseEntityVocab(entities), config);
  }

  /** The files, by name, that `LukeTokenizer.from_pretrained` of transformers 4.57 opens with the same ids. */
  files(): Record<string, string> {
    return {
      ...this.words.files(),
      "entity_vocab.json": formatEntityVocab(this.entityVocab),
      ...formatTokenizerConfig(this.words.specialTokenIds, this),
    };
  }

  /** The ids that `collate` fills up with. */
  get padding(): { padTokenId: number; entityPadId: number } {
    return { padTokenId: this.words.specialTokenIds.pad, entityPadId: this.entityVocab.specialEntityIds.pad };
  }
}
