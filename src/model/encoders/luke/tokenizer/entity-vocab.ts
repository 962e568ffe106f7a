import { formatIds, parseIds } from "../../../../tokenization/tokenizers/bpe-files.ts";
import { TokenizerFilesError } from "../../../../tokenization/tokenizers/tokenizer-files-error.ts";

/**
 * The special entities, by their names in entity_vocab.json; their ids differ between checkpoints (docs/luke.md 4.1).
 */
export const specialEntities = { pad: "[PAD]", unk: "[UNK]", mask: "[MASK]", mask2: "[MASK2]" } as const;

/** The entity side of a LUKE tokenizer. */
export interface EntityVocab {
  /** The ids of titles: `Ana Ivanovic` in LUKE, `en:Ana Ivanovic` in mLUKE, where titles of one thing share an id. */
  readonly ids: ReadonlyMap<string, number>;
  /** The number of rows that an entity embedding table needs: the greatest id plus one. */
  readonly size: number;
  readonly specialEntityIds: Readonly<Record<keyof typeof specialEntities, number>>;
}

/** Makes the entity side from ids. @throws TokenizerFilesError unless all four special entities are there */
export function entityVocab(ids: ReadonlyMap<string, number>): EntityVocab {
  const resolve = (name: string): number => {
    const id = ids.get(name);
    if (id !== undefined) return id;
    throw new TokenizerFilesError(
      "entity_vocab.json",
      `it has ${ids.size} entities and the special entity ${name} is not one of them`,
    );
  };
  const { pad, unk, mask, mask2 } = specialEntities;
  return {
    ids,
    size: [...ids.values()].reduce((greatest, id) => Math.max(greatest, id), -1) + 1,
    specialEntityIds: { pad: resolve(pad), unk: resolve(unk), mask: resolve(mask), mask2: resolve(mask2) },
  };
}

/** The special entities alone, numbered as in luke-base: a pair encoding needs no others. */
export const defaultEntityVocab = (): EntityVocab =>
  entityVocab(new Map(Object.values(specialEntities).map((name, id) => [name, id])));

/** Reads the text of an entity_vocab.json. */
export const parseEntityVocab = (text: string): EntityVocab => entityVocab(parseIds("entity_vocab.json", text));

/** Formats an entity_vocab.json. */
export const formatEntityVocab = (vocab: EntityVocab): string => formatIds(vocab.ids);
