import { entityVocab, parseEntityVocab, specialEntities, type EntityVocab } from "./entity-vocab.ts";
import { LukeTokenizer } from "./luke-tokenizer.ts";
import { isTypedEntityTitle, typedEntityTitles } from "./typed-entities.ts";
import { scanIds } from "../../../../tokenization/tokenizers/scan-ids.ts";

const specialTitles: readonly string[] = Object.values(specialEntities);
const isKept = (title: string): boolean => specialTitles.includes(title) || isTypedEntityTitle(title);

/**
 * A tokenizer that knows the special and typed entities alone, numbered in their old order from 0, and the rows of the old
 * entity table that they are: pairs, single entities, spans and documents read no others, and a table of half a million titles is most of
 * a LUKE checkpoint. The order is kept because transformers gives row 0 no gradient, whichever entity it is.
 */
export function specialEntitiesOnly(tokenizer: LukeTokenizer): { tokenizer: LukeTokenizer; rows: number[] } {
  const { ids } = tokenizer.entityVocab;
  const kept = [...specialTitles, ...typedEntityTitles(tokenizer.entityVocab)]
    .map((name) => ({ name, row: ids.get(name)! }))
    .sort((a, b) => a.row - b.row);
  // Two names may share a row, as titles of one thing do in mLUKE.
  const rows = [...new Set(kept.map(({ row }) => row))];
  const renumbered = new Map(kept.map(({ name, row }) => [name, rows.indexOf(row)]));
  return { tokenizer: new LukeTokenizer(tokenizer.words, entityVocab(renumbered), tokenizer), rows };
}

/**
 * Reads the text of an entity_vocab.json as `parseEntityVocab` does, with the same errors, and keeps the special and typed
 * entities alone, under their own ids: half a million titles take longer to hold than the rest of a model to open.
 */
export function parseSpecialEntities(text: string): EntityVocab {
  const scanned = scanIds(text, isKept);
  if (scanned && specialTitles.every((title) => scanned.has(title))) return entityVocab(scanned);
  return entityVocab(new Map([...parseEntityVocab(text).ids].filter(([title]) => isKept(title))));
}
