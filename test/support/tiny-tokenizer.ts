import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LukeTokenizer } from "../../src/model/encoders/luke/tokenizer/luke-tokenizer.ts";

/** A folder with the small vocabulary, and the sentences it was learnt from. */
export const tinyVocabFolder: string = fileURLToPath(new URL("../oracle/tiny-vocab/", import.meta.url));

/** The texts of its files, by name. */
export const tinyVocabFiles = (): Record<string, string> =>
  Object.fromEntries(readdirSync(tinyVocabFolder).map((name) => [name, readFileSync(tinyVocabFolder + name, "utf8")]));

export const tinyTokenizer = (): LukeTokenizer => LukeTokenizer.fromFiles(tinyVocabFiles());

/** A folder with a small sentencepiece model, learnt from the same sentences, as mLUKE has it. */
export const tinyMlukeFolder: string = fileURLToPath(new URL("../oracle/tiny-mluke-vocab/", import.meta.url));

/** Its files by name: bytes of the model, texts of the others. */
export const tinyMlukeFiles = (): Record<string, string | Uint8Array> =>
  Object.fromEntries(
    readdirSync(tinyMlukeFolder).map((name) => [
      name,
      readFileSync(tinyMlukeFolder + name, name.endsWith(".model") ? undefined : "utf8"),
    ]),
  );

export const tinyMlukeTokenizer = (): LukeTokenizer => LukeTokenizer.fromFiles(tinyMlukeFiles());
