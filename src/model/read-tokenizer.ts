import { join } from "node:path";
import { type TokenizerFiles, tokenizerFileNames } from "../tokenization/tokenizers/tokenizer-files.ts";
import type { Encoder, EncoderTokenizer } from "./encoders/encoder.ts";
import { modelFilesFolder } from "./adapters/base.ts";
import { fileSize, readFileUpTo, readText } from "./read-file.ts";

/** The limit of a file; a vocabulary of half a million entities takes some 20 MB. */
const maxFileBytes = 2 ** 28;

/** Reads the tokenizer's files that a folder has. */
export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const files: Record<string, string | Uint8Array> = {};
  const has = async (name: string): Promise<boolean> => (await fileSize(join(folder, name))) !== undefined;
  for (const name of tokenizerFileNames.text)
    if (await has(name)) files[name] = await readText(join(folder, name), maxFileBytes);
  for (const name of tokenizerFileNames.binary)
    if (await has(name)) files[name] = await readFileUpTo(join(folder, name), maxFileBytes);
  return files;
}

/** Opens the whole tokenizer of a folder. @throws TokenizerFilesError for a missing or damaged file. */
export const readTokenizer = async (encoder: Encoder, folder: string): Promise<EncoderTokenizer> =>
  encoder.openTokenizer(await readTokenizerFiles(await modelFilesFolder(folder)));
