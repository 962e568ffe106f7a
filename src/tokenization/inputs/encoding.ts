/** One text as LUKE reads it: any number of entities, and of (head, tail) pairs among them. */
export interface Encoding {
  /** `[words]`, from `<s>` to `</s>`. */
  readonly inputIds: Int32Array;
  /** `[entities]`. */
  readonly entityIds: Int32Array;
  /** For each entity the indexes into `inputIds` that its position is the mean of. */
  readonly entityPositionIds: readonly Int32Array[];
  /** For each pair the slots of its head and tail in `entityIds`. */
  readonly pairs: readonly (readonly [head: number, tail: number])[];
  /** Part of the text did not fit and was left out. */
  readonly truncated: boolean;
  /** A mention has more tokens than count for its position. */
  readonly mentionCut: boolean;
}
