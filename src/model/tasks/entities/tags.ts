/**
 * The tags of the scheme IOB2 (BIO) for these types, O first: `B-` of a type begins an entity, `I-` goes on with it.
 */
export const tagsOf = (types: readonly string[]): string[] => [
  "O",
  ...types.flatMap((type) => [`B-${type}`, `I-${type}`]),
];

/** A tag by the places where it may stand. */
interface Tag {
  /** The position of its type in `types`; -1 for O. */
  readonly type: number;
  /** Whether it may be the first of an entity. */
  readonly begins: boolean;
  /** Whether it may go on with an entity. */
  readonly continues: boolean;
  /** Whether it may be the last of an entity. */
  readonly ends: boolean;
  /** Whether an entity may go on after it. */
  readonly isOpen: boolean;
}

/** Which tags may follow each other. */
export interface TagGrammar {
  readonly types: readonly string[];
  readonly tags: readonly Tag[];
  /** The id of O. */
  readonly outside: number;
}

const outside: Tag = { type: -1, begins: false, continues: false, ends: true, isOpen: false };

/**
 * Reads the names of tags: IOB2, BIOES and BILOU, and types without a prefix (IO).
 * @param isLenient whether `I-` may also begin an entity, as in IOB1, and as most scorers read tags; for models that were
 * trained elsewhere
 * @returns undefined if the labels are no tags: none of them is O
 */
export function readTags(labels: readonly string[], isLenient: boolean): TagGrammar | undefined {
  const o = labels.indexOf("O");
  if (o === -1) return undefined;
  const parts = labels.map((label) => /^([BIELSU])[-_](.+)$/su.exec(label) ?? ["", "I", label]);
  const types = [...new Set(parts.flatMap(([, , type], id) => (id === o ? [] : [type!])))];
  const prefixesOf = types.map((type) => new Set(parts.flatMap((part) => (part[2] === type ? [part[1]!] : []))));
  const tags = parts.map(([, prefix, name], id): Tag => {
    if (id === o) return outside;
    const type = types.indexOf(name!);
    const has = (...wanted: string[]): boolean => wanted.some((one) => prefixesOf[type]!.has(one));
    const isBounded = has("E", "L", "S", "U");
    switch (prefix) {
      case "B":
        return { type, begins: true, continues: false, ends: !isBounded, isOpen: has("I", "E", "L") };
      case "I":
        return { type, begins: isLenient || !has("B"), continues: true, ends: !isBounded, isOpen: true };
      case "E":
      case "L":
        return { type, begins: false, continues: true, ends: true, isOpen: false };
      default:
        return { type, begins: true, continues: false, ends: true, isOpen: false };
    }
  });
  return { types, tags, outside: o };
}

/** The grammar of `tagsOf`. */
export const grammarOf = (types: readonly string[]): TagGrammar => ({
  types,
  outside: 0,
  tags: [
    outside,
    ...types.flatMap((_, type): Tag[] => [
      { type, begins: true, continues: false, ends: true, isOpen: true },
      { type, begins: false, continues: true, ends: true, isOpen: true },
    ]),
  ],
});
