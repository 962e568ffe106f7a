import type { Encoder } from "../encoder.ts";
import type { WordsConfig } from "../words/config.ts";
import { wordsEncoder } from "../words/encoder.ts";

/** DistilBERT (Sanh et al. 2019): BERT under other names, without token types and pooler. */
export const distilbert: Encoder<WordsConfig> = wordsEncoder({
  name: "distilbert",
  prefix: "distilbert",
  model: "DistilBertModel",
  tokenClassifier: "DistilBertForTokenClassification",
  pretrainingModels: ["DistilBertForMaskedLM"],
  positions: "from zero",
  padTokenId: 0,
  tokenizerClasses: ["DistilBertTokenizer", "BertTokenizer"],
  configKeys: {
    hidden_size: "dim",
    num_hidden_layers: "n_layers",
    num_attention_heads: "n_heads",
    intermediate_size: "hidden_dim",
    hidden_act: "activation",
    hidden_dropout_prob: "dropout",
    attention_probs_dropout_prob: "attention_dropout",
  },
  hasTokenTypes: false,
  hasPooler: false,
  layers: {
    path: "transformer.layer",
    attention: "attention",
    projections: { query: "q_lin", key: "k_lin", value: "v_lin" },
    parts: {
      attentionDense: "attention.out_lin",
      attentionNorm: "sa_layer_norm",
      wideDense: "ffn.lin1",
      outputDense: "ffn.lin2",
      outputNorm: "output_layer_norm",
    },
  },
});
