/** Names, for messages and reports, of the thing that gets a label. */
export interface Unit {
  readonly one: string;
  readonly many: string;
  /** The word for its label, and for several. */
  readonly label: string;
  readonly labels: string;
  /** The words for all labels whose examples are counted, if these are more than `labels`. */
  readonly counted?: string;
}

export const pairUnit: Unit = { one: "pair", many: "pairs", label: "relation", labels: "relations" };

export const entityUnit: Unit = { one: "entity", many: "entities", label: "type", labels: "types" };

/** `1 entity`, `12 entities` */
export const countOfUnit = (count: number, { one, many }: Unit): string => `${count} ${count === 1 ? one : many}`;
