import type { HeadName } from "../../../heads/head.ts";
import { ByteLevelBpe } from "../../../../tokenization/tokenizers/byte-level-bpe.ts";
import type { Padding } from "../../../../tokenization/inputs/collate.ts";
import type { MentionEntities } from "../../../../tokenization/inputs/input-tokenizer.ts";
import type { EncoderTokenizer } from "../../encoder.ts";
import {
  defaultEntityVocab,
  type EntityVocab,
  entityVocab as makeEntityVocab,
  formatEntityVocab,
  parseEntityVocab,
  specialEntities,
} from "./entity-vocab.ts";
import { SentencePiece, sentencePieceName } from "../../../../tokenization/tokenizers/sentencepiece.ts";
import {
  defaultTokenizerConfig,
  formatTokenizerConfig,
  parseTokenizerConfig,
  type TokenizerConfig,
} from "./tokenizer-config.ts";
import { textOf, type TokenizerFiles } from "../../../../tokenization/tokenizers/tokenizer-files.ts";
import { TokenizerFilesError } from "../../../../tokenization/tokenizers/tokenizer-files-error.ts";
import { parseTokenizerJson } from "../../../../tokenization/tokenizers/tokenizer-json.ts";
import { type BpeTrainingOptions, trainByteLevelBpe } from "../../../../tokenization/tokenizers/train-bpe.ts";
import type { WordTokenizer } from "../../../../tokenization/tokenizers/word-tokenizer.ts";
import { typedEntityId, typedEntityTitle, typedEntityTypes } from "./typed-entities.ts";

export type LukeTokenizerTraining = BpeTrainingOptions & Partial<TokenizerConfig>;

/** LUKE's and mLUKE's tokenizer: words, a vocabulary of entities, and two lengths. */
export class LukeTokenizer implements EncoderTokenizer {
  readonly words: WordTokenizer;
  readonly entityVocab: EntityVocab;
  readonly entities: MentionEntities;
  readonly maxMentionLength: number;
  readonly maxLength: number;

  constructor(words: WordTokenizer, entityVocab: EntityVocab, config: Partial<TokenizerConfig> = {}) {
    this.words = words;
    this.entityVocab = entityVocab;
    const { mask, mask2 } = entityVocab.specialEntityIds;
    this.entities = { mask, mask2, ofType: (type) => typedEntityId(entityVocab, type) };
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
  files(head?: HeadName): TokenizerFiles {
    return {
      ...this.words.files(),
      "entity_vocab.json": formatEntityVocab(this.entityVocab),
      ...formatTokenizerConfig(this.words, this, head !== "token" && head !== "biaffine"),
    };
  }

  /** Adds an entity for each of these types that has none, numbered after all others in the order given. */
  withTypes(types: readonly string[]): LukeTokenizer {
    const ids = new Map(this.entityVocab.ids);
    let next = this.entityVocab.size;
    for (const type of types) if (!ids.has(typedEntityTitle(type))) ids.set(typedEntityTitle(type), next++);
    return new LukeTokenizer(this.words, makeEntityVocab(ids), this);
  }

  get entityCount(): number {
    return this.entityVocab.size;
  }

  get entityTypes(): readonly string[] {
    return typedEntityTypes(this.entityVocab);
  }

  get padding(): Padding {
    return { padTokenId: this.words.specialTokenIds.pad, entityPadId: this.entityVocab.specialEntityIds.pad };
  }
}

function openWords(files: TokenizerFiles): WordTokenizer {
  const tokenizerJson = textOf(files, "tokenizer.json");
  if (files[sentencePieceName] !== undefined) return SentencePiece.fromFiles(files);
  if (files["vocab.json"] !== undefined || tokenizerJson === undefined) return ByteLevelBpe.fromFiles(files);
  // transformers 5 adds the special entities, which no text of a model's training had, to the words.
  return parseTokenizerJson(tokenizerJson, { ignored: new Set(Object.values(specialEntities)) });
}
