import type { Encoder } from "../encoder.ts";
import { mapKeys } from "../keys.ts";
import { withMarkerTokens } from "../markers/marked-model.ts";
import { WordsTokenizer } from "../words/tokenizer.ts";
import { describeModernBert, formatModernBertConfig, parseModernBertConfig, type ModernBertConfig } from "./config.ts";
import { exportInputs } from "./export-inputs.ts";
import { modernBertFeeds } from "./feeds.ts";
import { modernBertParameters, wordTable } from "./parameters.ts";
import { modernBertStates } from "./states.ts";

const tokenizerClasses = ["PreTrainedTokenizerFast"];
const encoderPart = /^(?:model\.)?((?:embeddings|layers|final_norm)\..+)$/;

/** ModernBERT (Warner et al. 2024), and what is built like it: Ettin, mmBERT, ModernCamemBERT. */
export const modernbert: Encoder<ModernBertConfig> = {
  name: "modernbert",
  modelTypes: ["modernbert"],
  bareArchitectures: ["ModernBertModel", "ModernBertForMaskedLM"],
  // The classes with a classifier have a dense layer of their own before it.
  architecture: () => "ModernBertModel",
  parseConfig: parseModernBertConfig,
  formatConfig: formatModernBertConfig,
  maxWords: ({ maxPositionEmbeddings }) => maxPositionEmbeddings,
  tokenizerClasses,
  openTokenizer: (files) => WordsTokenizer.fromFiles(files, tokenizerClasses),
  withMarkers: (model, markers) => withMarkerTokens(wordTable, model, markers),
  wordTable,
  normalizesWords: true,
  describe: describeModernBert,
  parameters: modernBertParameters,
  keys: (names, wanted) =>
    mapKeys(names, wanted, {
      canonical: (name) => name.replace(encoderPart, "model.$1"),
      ignores: [{ pattern: /^(?:head|decoder)\./, reason: "a head of pre-training" }],
    }),
  isEncoderTensor: (name) => encoderPart.test(name),
  isQuantizable: (parameter) => parameter.startsWith("model.layers."),
  states: modernBertStates,
  feeds: modernBertFeeds,
  exportInputs,
};
