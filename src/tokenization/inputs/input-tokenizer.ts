import type { WordTokenizer } from "../tokenizers/word-tokenizer.ts";

/** The ids that fill a batch up. */
export interface Padding {
  readonly padTokenId: number;
  readonly entityPadId: number;
}

/** The ids of the entities that stand for mentions; an encoder without entities ignores them. */
export interface MentionEntities {
  /** Stands for any mention, in a marked pair for the head. */
  readonly mask: number;
  /** Stands for the tail of a marked pair. */
  readonly mask2: number;
  /** Stands for a mention of this type: an entity of the type's own if there is one, else `mask`. */
  ofType(type: string): number;
}

/** Ids of special tokens around head and tail that pre-training never saw: `[E1]`, `[/E1]`, `[E2]`, `[/E2]`. */
export interface MarkerTokens {
  readonly head: readonly [opening: number, closing: number];
  readonly tail: readonly [opening: number, closing: number];
}

/** Makes the inputs of an encoder: its word tokenizer, the entities of mentions, and two lengths. */
export interface InputTokenizer {
  readonly words: WordTokenizer;
  readonly entities: MentionEntities;
  /** The tokens of `--markers tokens`, if the vocabulary has them. */
  readonly markerTokens?: MarkerTokens | undefined;
  /** Number of tokens of a mention, markers included, that count for its position; the others do not. */
  readonly maxMentionLength: number;
  /** Most tokens of an encoding, `<s>` and `</s>` included. */
  readonly maxLength: number;
  /** The ids that pad a batch. */
  readonly padding: Padding;
}
