import type { EntityVocab } from "./entity-vocab.ts";

/** The title in entity_vocab.json of the entity that stands for every mention of a type: `[TYPE:TIME]`. */
export const typedEntityTitle = (type: string): string => `[TYPE:${type}]`;

export const isTypedEntityTitle = (title: string): boolean => /^\[TYPE:.*\]$/s.test(title);

/** Returns the entity of a mention of this type; `[MASK]` if the vocabulary has none for it. */
export const typedEntityId = ({ ids, specialEntityIds }: EntityVocab, type: string): number =>
  (type === "" ? undefined : ids.get(typedEntityTitle(type))) ?? specialEntityIds.mask;

/** Lists the titles of typed entities in a vocabulary, by id. */
export const typedEntityTitles = ({ ids }: EntityVocab): string[] =>
  [...ids]
    .filter(([title]) => isTypedEntityTitle(title))
    .sort(([, a], [, b]) => a - b)
    .map(([title]) => title);

/** Returns the type that a title names: `TIME` of `[TYPE:TIME]`. */
export const typeOfTitle = (title: string): string => title.slice(typedEntityTitle("").indexOf("]"), -1);

/** Lists the types that have an entity of their own in a vocabulary, by its id. */
export const typedEntityTypes = (vocab: EntityVocab): string[] => typedEntityTitles(vocab).map(typeOfTitle);
