import type { SizedEncoder } from "../../config-file.ts";
import type { EncoderTokenizer } from "../encoder.ts";
import { lukeMini } from "./config.ts";
import { luke } from "./luke-encoder.ts";
import { LukeTokenizer } from "./tokenizer/luke-tokenizer.ts";

/** Makes the sizes of `luke-mini`, and a tokenizer that learns its vocabulary from these texts. */
export async function smallLuke(
  texts: Iterable<string>,
  options: { readonly vocabSize: number },
): Promise<SizedEncoder & { readonly tokenizer: EncoderTokenizer }> {
  const tokenizer = await LukeTokenizer.train(texts, options);
  return { encoder: luke, config: lukeMini(tokenizer.words.vocabSize, tokenizer.entityCount), tokenizer };
}
