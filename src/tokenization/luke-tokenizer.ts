import { ByteLevelBpe } from "./byte-level-bpe.ts";
import { defaultEntityVocab, type EntityVocab, formatEntityVocab, parseEntityVocab } from "./entity-vocab.ts";
import { SentencePiece, sentencePieceName } from "./sentencepiece.ts";
import {
  defaultTokenizerConfig,
  formatTokenizerConfig,
  parseTokenizerConfig,
  type TokenizerConfig,
} from "./tokenizer-config.ts";
import { textOf, type TokenizerFiles } from "./tokenizer-files.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";
import { parseTokenizerJson } from "./tokenizer-json.ts";
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
   * Opens the files of a folder that `files()` or transformers' LukeTokenizer or MLukeTokenizer wrote, given by file
   * name; tokenizer.json only where there is neither sentencepiece.bpe.model nor vocab.json. Throws a
   * TokenizerFilesError for a missing or damaged file, and for what Relata does not do.
   * @param parseEntities reads the text of entity_vocab.json
   */
  static fromFiles(
    files: TokenizerFiles,
    parseEntities: (text: string) => EntityVocab = parseEntityVocab,
  ): LukeTokenizer {
    const config = parseTokenizerConfig(textOf(files, "tokenizer_config.json") ?? "{}");
    const entities = textOf(files, "entity_vocab.json");
    const entityVocab = entities === undefined ? config.entityVocab : parseEntities(entities);
    if (entityVocab === undefined) {
      throw new TokenizerFilesError("entity_vocab.json", "a LUKE tokenizer needs this file, and it is missing");
    }
    return new LukeTokenizer(openWords(files), entityVocab, config);
  }

  /** The files, by name, that `from_pretrained` of the same class of transformers 4.57 opens with the same ids. */
  files(): TokenizerFiles {
    return {
      ...this.words.files(),
      "entity_vocab.json": formatEntityVocab(this.entityVocab),
      ...formatTokenizerConfig(this.words, this),
    };
  }

  /** The ids that `collate` fills up with. */
  get padding(): { padTokenId: number; entityPadId: number } {
    return { padTokenId: this.words.specialTokenIds.pad, entityPadId: this.entityVocab.specialEntityIds.pad };
  }
}

function openWords(files: TokenizerFiles): WordTokenizer {
  const tokenizerJson = textOf(files, "tokenizer.json");
  if (files[sentencePieceName] !== undefined) return SentencePiece.fromFiles(files);
  if (files["vocab.json"] !== undefined || tokenizerJson === undefined) return ByteLevelBpe.fromFiles(files);
  return parseTokenizerJson(tokenizerJson);
}
