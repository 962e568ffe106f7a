import { entityVocab, specialEntities } from "./entity-vocab.ts";
import { LukeTokenizer } from "./luke-tokenizer.ts";
import { typedEntityTitles } from "./typed-entities.ts";

/**
 * A tokenizer that knows the special and typed entities alone, numbered in their old order from 0, and the rows of the old
 * entity table that they are: pairs, single entities, spans and documents read no others, and a table of half a million titles is most of
 * a LUKE checkpoint. The order is kept because transformers gives row 0 no gradient, whichever entity it is.
 */
export function specialEntitiesOnly(tokenizer: LukeTokenizer): { tokenizer: LukeTokenizer; rows: number[] } {
  const { ids } = tokenizer.entityVocab;
  const kept = [...Object.values(specialEntities), ...typedEntityTitles(tokenizer.entityVocab)]
    .map((name) => ({ name, row: ids.get(name)! }))
    .sort((a, b) => a.row - b.row);
  // Two names may share a row, as titles of one thing do in mLUKE.
  const rows = [...new Set(kept.map(({ row }) => row))];
  const renumbered = new Map(kept.map(({ name, row }) => [name, rows.indexOf(row)]));
  return { tokenizer: new LukeTokenizer(tokenizer.words, entityVocab(renumbered), tokenizer), rows };
}
