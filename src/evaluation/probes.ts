/** Scores of relations on the same pairs. */
export interface ProbeScores {
  readonly microF1: number;
  readonly macroF1: number;
}

/** Shares of a model's answers that stay when it is shown less, or a text that says something else. */
export interface Probes {
  /** With everything shown, as in the scores above. */
  readonly whole: ProbeScores;
  /** With every word of the text masked: types of entities, their order and distance are left. */
  readonly typesOnly: ProbeScores;
  /** With the types of entities hidden; undefined if the model sees none. */
  readonly wordsOnly: ProbeScores | undefined;
  /** Pairs without a relation in one sentence, of types that a relation joins elsewhere; and all pairs without one. */
  readonly merelyTogether: GivenShare;
  readonly unrelated: GivenShare;
  /** Right answers, asked again in the sentence alone, and those of them that stay. */
  readonly alone: GivenShare;
  /** Of these, the relations that stay if the sentence is denied; undefined for languages that Relata cannot deny in. */
  readonly denied: (GivenShare & { readonly language: string }) | undefined;
  /** Of these, those that stay if only the two mentions are left, with a comma between them. */
  readonly besideEachOther: GivenShare;
}

/** How many of some pairs are given a relation. */
export interface GivenShare {
  readonly pairs: number;
  readonly given: number;
}
