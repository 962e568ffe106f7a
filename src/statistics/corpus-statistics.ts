import type { Document } from "../corpus/document.ts";
import { Distribution, type DistributionSummary } from "./distribution.ts";
import { EntityCounter, type EntityStatistics } from "./entities.ts";
import type { TokenCounter } from "./lengths.ts";
import { RelationCounter, type RelationStatistics } from "./relations.ts";
import { wordsOf } from "./runs.ts";

/** Counts of what a corpus holds. */
export interface CorpusStatistics {
  readonly documents: DocumentStatistics;
  readonly entities: EntityStatistics;
  readonly relations: RelationStatistics;
  readonly tokens: TokenStatistics;
}

export interface DocumentStatistics {
  readonly total: number;
  readonly withoutEntities: number;
  /** Documents with one entity, and therefore without a pair. */
  readonly withOneEntity: number;
  /** Documents without relations other than explicit negatives and self loops, with or without entities. */
  readonly withoutRelations: number;
  /** Lengths of the texts in UTF-16 code units. */
  readonly characters: DistributionSummary;
  readonly words: DistributionSummary;
}

/** Lengths of texts and pairs in tokens, compared with the input of the model. */
export interface TokenStatistics {
  readonly method: string;
  readonly isEstimate: boolean;
  readonly maxLength: number;
  readonly perDocument: DistributionSummary;
  /** Documents longer than the model's input: the model sees the part around each pair. */
  readonly longDocuments: number;
  /** Related pairs too far apart for the model's input: their relations cannot be found. */
  readonly pairsTooFarApart: number;
}

export interface StatisticsOptions {
  /** Label of a pair annotated as having no relation. */
  readonly noRelationLabel: string;
  readonly tokens: TokenCounter;
}

/** Counts documents as they come, without keeping them. */
export class StatisticsCounter {
  readonly #tokens: TokenCounter;
  readonly #entities = new EntityCounter();
  readonly #relations: RelationCounter;
  readonly #characters = new Distribution();
  readonly #words = new Distribution();
  readonly #textTokens = new Distribution();
  #withoutEntities = 0;
  #withOneEntity = 0;
  #withoutRelations = 0;
  #longDocuments = 0;
  #pairsTooFarApart = 0;

  constructor({ noRelationLabel, tokens }: StatisticsOptions) {
    this.#tokens = tokens;
    this.#relations = new RelationCounter(noRelationLabel);
  }

  async add(document: Document): Promise<void> {
    const { text, entities } = document;
    const words = wordsOf(text);
    this.#characters.add(text.length);
    this.#words.add(words.total);
    if (entities.length === 0) this.#withoutEntities++;
    if (entities.length === 1) this.#withOneEntity++;
    this.#entities.add(document);
    const related = this.#relations.add(document, words);
    if (related.length === 0) this.#withoutRelations++;

    const { maxLength } = this.#tokens;
    const pairs = related.map(([head, tail]) => [entities[head]!, entities[tail]!] as const);
    const tokens = await this.#tokens.count(document, pairs);
    this.#textTokens.add(tokens.text);
    if (tokens.text > maxLength) this.#longDocuments++;
    this.#pairsTooFarApart += tokens.pairs.filter((count) => count > maxLength).length;
  }

  summary(): CorpusStatistics {
    const { method, isEstimate, maxLength } = this.#tokens;
    const characters = this.#characters.summary();
    return {
      documents: {
        total: characters.count,
        withoutEntities: this.#withoutEntities,
        withOneEntity: this.#withOneEntity,
        withoutRelations: this.#withoutRelations,
        characters,
        words: this.#words.summary(),
      },
      entities: this.#entities.summary(),
      relations: this.#relations.summary(),
      tokens: {
        method,
        isEstimate,
        maxLength,
        perDocument: this.#textTokens.summary(),
        longDocuments: this.#longDocuments,
        pairsTooFarApart: this.#pairsTooFarApart,
      },
    };
  }
}
