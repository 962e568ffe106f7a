import { z } from "zod";
import { oneNoRelationLabel } from "../corpus/settings.ts";
import { formatSettings } from "./settings.ts";

const rules = z.string().min(1).optional();

/** Settings of `relata data rename`. */
export const renameConfig = z.strictObject({
  label: rules.describe(
    "Rename a relation: OLD=NEW, or OLD(HEAD_TYPE,TAIL_TYPE)=NEW only between entities of these types, * for any; may be repeated, or joined by commas",
  ),
  type: rules.describe("Rename a type of entities: OLD=NEW; may be repeated"),
  reverse: rules.describe(
    "Swap head and tail of the relations of a label, or of LABEL(HEAD_TYPE,TAIL_TYPE); may be repeated",
  ),
  dropLabel: rules.describe("Leave out the relations of a label, or of LABEL(HEAD_TYPE,TAIL_TYPE); may be repeated"),
  dropType: rules.describe("Leave out the entities of a type, and relations with them; may be repeated"),
  overwrite: z.boolean().default(false).describe("Replace the output if it exists"),
  noRelationLabel: oneNoRelationLabel,
  ...formatSettings.shape,
});
export type RenameConfig = z.infer<typeof renameConfig>;
export type RenameOptions = z.input<typeof renameConfig>;
