import { entityVocab, type EntityVocab } from "./entity-vocab.ts";
import { LukeTokenizer } from "./luke-tokenizer.ts";

/** The title in entity_vocab.json of the entity that stands for every mention of a type: `[TYPE:TIME]`. */
export const typedEntityTitle = (type: string): string => `[TYPE:${type}]`;

export const isTypedEntityTitle = (title: string): boolean => /^\[TYPE:.*\]$/s.test(title);

/** The entity of a mention of this type; `[MASK]` where the vocabulary has none for it. */
export const typedEntityId = ({ ids, specialEntityIds }: EntityVocab, type: string): number =>
  (type === "" ? undefined : ids.get(typedEntityTitle(type))) ?? specialEntityIds.mask;

/** The titles of typed entities in a vocabulary, by id. */
export const typedEntityTitles = ({ ids }: EntityVocab): string[] =>
  [...ids]
    .filter(([title]) => isTypedEntityTitle(title))
    .sort(([, a], [, b]) => a - b)
    .map(([title]) => title);

/** The type that a title stands for: `TIME` of `[TYPE:TIME]`. */
export const typeOfTitle = (title: string): string => title.slice(typedEntityTitle("").indexOf("]"), -1);

/** The types that have an entity of their own in a vocabulary, by its id. */
export const typedEntityTypes = (vocab: EntityVocab): string[] => typedEntityTitles(vocab).map(typeOfTitle);

/** The tokenizer with an entity for each of these types that it has none for, numbered after all others in their order. */
export function withTypedEntities(tokenizer: LukeTokenizer, types: readonly string[]): LukeTokenizer {
  const ids = new Map(tokenizer.entityVocab.ids);
  let next = tokenizer.entityVocab.size;
  for (const type of types) if (!ids.has(typedEntityTitle(type))) ids.set(typedEntityTitle(type), next++);
  return new LukeTokenizer(tokenizer.words, entityVocab(ids), tokenizer);
}
