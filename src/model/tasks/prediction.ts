import type { Entity } from "../../corpus/document.ts";
import type { Notice } from "../../corpus/notices.ts";

/** The answer for one pair of a text. */
export interface PairPredictionResult {
  /** The position in `entities`. */
  readonly head: number;
  readonly tail: number;
  /** The most probable label that is given; the no-relation label too if the pair was not shown to the model. */
  readonly label: string;
  readonly probability: number;
  /**
   * Where the label is not the most probable one because the model decides by thresholds: the least probability at which it
   * gives the label or, if it gives none, the most probable relation.
   */
  readonly threshold?: number;
  /** Whether the answer is less probable than what was asked for, so that it is a guess and no answer. */
  readonly abstained?: true;
  /**
   * The reason if the types of the pair decide: no relation that the model learnt joins them, so that it was not asked. The
   * label is then the no-relation label, whatever the text says.
   */
  readonly ruledOut?: string;
  /** All labels given, if a pair may have several. */
  readonly labels?: readonly string[];
  /**
   * One probability per label, in the order of ids; their sum is 1 unless a pair may have several. Empty if not scored.
   */
  readonly probabilities: Readonly<Record<string, number>>;
  /** The reason if the pair was not scored. */
  readonly unscored?: string;
}

/** The answer for one entity of a text; absent in predictions of relations. */
export interface EntityLabel {
  readonly label?: string;
  readonly probability?: number;
  /** One probability per label; they sum to 1 unless labels are independent. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** The reason if the entity was not scored. */
  readonly unscored?: string;
}

/** A text with its entities, and a task's answers to it. */
export interface DocumentPrediction {
  readonly id?: string;
  readonly text: string;
  readonly entities: readonly (Entity & { readonly text: string } & EntityLabel)[];
  readonly relations: readonly PairPredictionResult[];
  /** Pairs that were not scored and do not stand in `relations`: beyond --max-pairs, or left out by `relationsOnly`. */
  readonly unscoredPairs?: number;
  /**
   * Present if the text has two entities or more, and the model was asked about none of their pairs, since no relation that it
   * learnt joins their types. Name pairs to see the reason of each.
   */
  readonly noPairAsked?: true;
}

/** A text with its entities, a task's answers to it, and what is to be known of them. */
export interface NoticedPrediction extends DocumentPrediction {
  /**
   * Facts to know about this answer, each kind once; empty for most texts. By `code`: `type-unseen` and `type-absent` (entities
   * whose type was in no training text, or is missing), `no-pair-asked` and `pair-ruled-out` (types that no relation of
   * the model joins, so that it was not asked), `no-entities` and `one-entity` (nothing to relate), `pair-not-scored` and
   * `entity-not-scored` (too long or too many), `span-cuts-word` (offsets that may be wrong). `message` is a sentence for
   * people, `count` the number of places; `formatNotice(notice)` makes a line of it.
   */
  readonly notices: readonly Notice[];
}

/** The answer alone, for callers that have notices of their own. */
export function withoutNotices({ notices, ...answer }: NoticedPrediction): DocumentPrediction {
  void notices;
  return answer;
}
