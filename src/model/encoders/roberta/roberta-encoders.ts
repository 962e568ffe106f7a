import type { Encoder } from "../encoder.ts";
import type { WordsConfig } from "../words/config.ts";
import { wordsEncoder } from "../words/encoder.ts";

const roberta = (name: string, className: string): Encoder<WordsConfig> =>
  wordsEncoder({
    name,
    prefix: "roberta",
    model: `${className}Model`,
    tokenClassifier: `${className}ForTokenClassification`,
    pretrainingModels: [`${className}ForMaskedLM`],
    positions: "after padding",
    padTokenId: 1,
    tokenizerClasses: [`${className}Tokenizer`],
  });

/** RoBERTa (Liu et al. 2019), XLM-R and CamemBERT: one encoder under the three names that `transformers` has for it. */
export const robertas: readonly Encoder<WordsConfig>[] = [
  roberta("roberta", "Roberta"),
  roberta("xlm-roberta", "XLMRoberta"),
  roberta("camembert", "Camembert"),
];
