import { z } from "zod";
import { smallestVocabSize } from "./tokenizers/smallest-vocab-size.ts";

/** Settings of tokenization; each field gives the type, the default, the flag and its help. */
export const tokenizationSettings = z.strictObject({
  maxLength: z
    .int()
    .min(8)
    .optional()
    .describe(
      "Most tokens of a text, with <s>, </s> and the markers; longer texts keep a window around the pair (default: the model's own maximum)",
    ),
  vocabSize: z
    .int()
    .min(smallestVocabSize)
    .default(4000)
    .describe("Size of the word vocabulary that luke-mini learns from the training texts; other models have their own"),
});

export type TokenizationSettings = z.infer<typeof tokenizationSettings>;
