import { join } from "node:path";
import { fileSize, readFileUpTo, readText } from "./read-file.ts";
import type { EntityVocab } from "./encoders/luke/tokenizer/entity-vocab.ts";
import { LukeTokenizer } from "./encoders/luke/tokenizer/luke-tokenizer.ts";
import { tokenizerFileNames } from "../tokenization/tokenizers/tokenizer-files.ts";

/** A vocabulary of half a million entities takes some 20 MB. */
const maxFileBytes = 2 ** 28;

/**
 * The tokenizer of LUKE or mLUKE whose files a folder has.
 * @param parseEntities for who needs but some of the entities
 * @throws TokenizerFilesError for a missing or damaged file
 */
export async function readTokenizer(
  folder: string,
  parseEntities?: (text: string) => EntityVocab,
): Promise<LukeTokenizer> {
  const files: Record<string, string | Uint8Array> = {};
  const has = async (name: string): Promise<boolean> => (await fileSize(join(folder, name))) !== undefined;
  for (const name of tokenizerFileNames.text)
    if (await has(name)) files[name] = await readText(join(folder, name), maxFileBytes);
  for (const name of tokenizerFileNames.binary)
    if (await has(name)) files[name] = await readFileUpTo(join(folder, name), maxFileBytes);
  return LukeTokenizer.fromFiles(files, parseEntities);
}
