import type { TokenizerFiles } from "../../../tokenization/tokenizers/tokenizer-files.ts";
import type { EncoderTokenizer, Misfit, OpenedEncoder } from "../encoder.ts";
import type { LukeConfig } from "./config.ts";
import { entityTable } from "./parameters.ts";
import { LukeTokenizer } from "./tokenizer/luke-tokenizer.ts";
import { parseSpecialEntities, specialEntitiesOnly } from "./tokenizer/special-entities.ts";

/** Opens LUKE with the special and typed entities alone: no answer depends on the others. */
export function openLuke(config: LukeConfig, files: TokenizerFiles): OpenedEncoder<LukeConfig> {
  const { tokenizer, rows } = specialEntitiesOnly(LukeTokenizer.fromFiles(files, parseSpecialEntities));
  const notes =
    config.entityVocabSize > rows.length
      ? [
          `of ${config.entityVocabSize} entities, the ${rows.length} special ones are read; no answer depends on the others`,
        ]
      : [];
  return {
    config: { ...config, entityVocabSize: rows.length },
    tokenizer,
    rows: new Map([[entityTable, rows]]),
    notes,
  };
}

/** Finds entity ids that have no row in the entity table. */
export const lukeMisfits = ({ entityVocabSize }: LukeConfig, { entityCount }: EncoderTokenizer): Misfit[] =>
  entityCount > entityVocabSize
    ? [{ expected: `entity ids below entity_vocab_size ${entityVocabSize}`, found: `the entity id ${entityCount - 1}` }]
    : [];
