import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LukeTokenizer } from "../../src/tokenization/luke-tokenizer.ts";

/** A folder with the small vocabulary, and the sentences it was learnt from. */
export const tinyVocabFolder: string = fileURLToPath(new URL("../oracle/tiny-vocab/", import.meta.url));

/** The texts of its files, by name. */
export const tinyVocabFiles = (): Record<string, string> =>
  Object.fromEntries(readdirSync(tinyVocabFolder).map((name) => [name, readFileSync(tinyVocabFolder + name, "utf8")]));

export const tinyTokenizer = (): LukeTokenizer => LukeTokenizer.fromFiles(tinyVocabFiles());
