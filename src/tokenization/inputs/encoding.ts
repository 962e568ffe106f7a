/** The model input for one text: word ids, entities and the (head, tail) pairs to score. */
export interface Encoding {
  /** `[words]`, from `<s>` to `</s>`. */
  readonly inputIds: Int32Array;
  /** `[entities]`. */
  readonly entityIds: Int32Array;
  /** The fewest places for entities in a batch with this text, the others padding; as many as it has if not given. */
  readonly fewestEntities?: number;
  /** For each entity the indexes into `inputIds` whose positions are averaged into its own. */
  readonly entityPositionIds: readonly Int32Array[];
  /** For each pair the indexes of its head and tail in `entityIds`. */
  readonly pairs: readonly (readonly [head: number, tail: number])[];
  /** Part of the text did not fit and was left out. */
  readonly truncated: boolean;
  /** A mention has more tokens than count for its position. */
  readonly mentionCut: boolean;
}
