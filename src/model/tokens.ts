import { basename, join } from "node:path";
import { manifestName } from "./file-names.ts";
import { readManifest } from "./read-manifest.ts";
import { fileSize } from "./read-file.ts";
import { tokensAround, type TokenCounter } from "../statistics/lengths.ts";
import type { InputTokenizer } from "../tokenization/inputs/input-tokenizer.ts";
import { encodeMentions } from "../tokenization/inputs/mention-tokens.ts";
import { extentOf } from "../tokenization/inputs/window-encoding.ts";
import { readModelConfig } from "./outline.ts";
import { readTokenizer } from "./read-tokenizer.ts";

/**
 * Makes a token counter from a model folder: its tokenizer, and the longest text that the model reads at once.
 * @throws CheckpointError, TokenizerFilesError for a folder without a model's config or tokenizer
 */
export async function modelTokens(folder: string): Promise<TokenCounter> {
  const { encoder, config } = await readModelConfig(folder);
  const tokenizer = await readTokenizer(encoder, folder);
  const path = join(folder, manifestName);
  const manifest = (await fileSize(path)) === undefined ? undefined : await readManifest(path);
  const maxLength = manifest?.maxLength ?? Math.min(encoder.maxWords(config), tokenizer.maxLength);
  return tokenizerTokens(tokenizer, `the tokenizer of ${basename(folder)}`, maxLength);
}

/** Texts are cut at the mentions of each pair, as the model's input is (see encodePairs). */
export const tokenizerTokens = (tokenizer: InputTokenizer, name: string, maxLength: number): TokenCounter => ({
  method: `by ${name}`,
  isEstimate: false,
  maxLength,
  async count({ text }, pairs) {
    const [whole, ...ofPairs] = encodeMentions(tokenizer.words, text, [[], ...pairs]);
    return {
      text: whole!.tokens.length + tokensAround,
      pairs: ofPairs.map(({ mentions }) => {
        const { start, end } = extentOf(mentions);
        return end - start + tokensAround;
      }),
    };
  },
});
