import type { Encoder } from "../encoder.ts";
import type { WordsConfig } from "../words/config.ts";
import { wordsEncoder } from "../words/encoder.ts";

/** BERT (Devlin et al. 2019) and what is built like it: MiniLM, E5, multilingual BERT. */
export const bert: Encoder<WordsConfig> = wordsEncoder({
  name: "bert",
  prefix: "bert",
  model: "BertModel",
  tokenClassifier: "BertForTokenClassification",
  pretrainingModels: ["BertForMaskedLM", "BertForPreTraining"],
  positions: "from zero",
  padTokenId: 0,
  tokenizerClasses: ["BertTokenizer"],
});
