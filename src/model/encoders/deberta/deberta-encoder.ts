import { int32 } from "../../../runtime/values.ts";
import type { Encoder } from "../encoder.ts";
import { mapKeys } from "../keys.ts";
import { textFeeds } from "../words/feeds.ts";
import { WordsTokenizer } from "../words/tokenizer.ts";
import { distanceRows } from "./buckets.ts";
import { describeDeberta, formatDebertaConfig, parseDebertaConfig, type DebertaConfig } from "./config.ts";
import { exportInputs } from "./export-inputs.ts";
import { debertaParameters } from "./parameters.ts";
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
  feeds: (batch, config) =>
    new Map([
      ...textFeeds(batch),
      ...(["falling", "rising"] as const).map(
        (order) =>
          [`${order}_distances`, int32(distanceRows(batch.words, config, order), [1 + 2 * batch.words])] as const,
      ),
    ]),
  exportInputs,
};
