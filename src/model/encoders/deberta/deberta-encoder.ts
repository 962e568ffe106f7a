import type { Encoder } from "../encoder.ts";
import { mapKeys } from "../keys.ts";
import { withMarkerTokens } from "../markers/marked-model.ts";
import { WordsTokenizer } from "../words/tokenizer.ts";
import { describeDeberta, formatDebertaConfig, parseDebertaConfig, type DebertaConfig } from "./config.ts";
import { exportInputs } from "./export-inputs.ts";
import { debertaFeeds } from "./feeds.ts";
import { debertaParameters, wordTable } from "./parameters.ts";
import { debertaStates } from "./states.ts";

const tokenizerClasses = ["DebertaV2Tokenizer"];
const encoderPart = /^(?:deberta\.)?((?:embeddings|encoder)\..+)$/;

/** DeBERTa-v3 and mDeBERTa-v3 (He et al. 2021), which are of the `model_type` of version 2. */
export const deberta: Encoder<DebertaConfig> = {
  name: "deberta-v2",
  modelTypes: ["deberta-v2"],
  bareArchitectures: ["DebertaV2Model", "DebertaV2ForMaskedLM"],
  architecture: (head) => (head === "token" ? "DebertaV2ForTokenClassification" : "DebertaV2Model"),
  parseConfig: parseDebertaConfig,
  formatConfig: formatDebertaConfig,
  maxWords: ({ maxPositionEmbeddings }) => maxPositionEmbeddings,
  tokenizerClasses,
  openTokenizer: (files) => WordsTokenizer.fromFiles(files, tokenizerClasses),
  withMarkers: (model, markers) => withMarkerTokens(wordTable, model, markers),
  wordTable,
  normalizesWords: true,
  describe: describeDeberta,
  parameters: debertaParameters,
  keys: (names, wanted) =>
    mapKeys(names, wanted, {
      canonical: (name) => name.replace(encoderPart, "deberta.$1"),
      ignores: [
        { pattern: /^(?:lm_predictions|mask_predictions|cls|legacy)\./, reason: "a head of pre-training" },
        { pattern: /\.embeddings\.position_/, reason: "DeBERTa-v3 has no absolute positions" },
        { pattern: /^pooler\./, reason: "no head reads it" },
      ],
    }),
  isEncoderTensor: (name) => encoderPart.test(name),
  isQuantizable: (parameter) => parameter.startsWith("deberta.encoder.layer."),
  states: debertaStates,
  feeds: debertaFeeds,
  exportInputs,
};
