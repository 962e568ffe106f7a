import { TokenizerFilesError } from "./tokenizer-files-error.ts";

/** Contents by file name: text, except for `sentencepiece.bpe.model` and `spm.model`, which are bytes. */
export type TokenizerFiles = Readonly<Record<string, string | Uint8Array>>;

/** Names of the files that tokenizers are opened from, if a folder has them. */
export const tokenizerFileNames = {
  text: [
    "vocab.json",
    "vocab.txt",
    "merges.txt",
    "added_tokens.json",
    "entity_vocab.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "tokenizer.json",
  ],
  binary: ["sentencepiece.bpe.model", "spm.model"],
} as const;

/** The text of a file, undefined if it is missing. Throws a TokenizerFilesError for a file given as bytes. */
export function textOf(files: TokenizerFiles, name: string): string | undefined {
  const content = files[name];
  if (content === undefined || typeof content === "string") return content;
  throw new TokenizerFilesError(name, `it was given as ${content.byteLength} bytes, and its text is needed`);
}
