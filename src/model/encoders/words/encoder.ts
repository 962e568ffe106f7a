import type { Encoder } from "../encoder.ts";
import { withMarkerTokens } from "../markers/marked-model.ts";
import { describeWords, formatWordsConfig, parseWordsConfig, type WordsConfig } from "./config.ts";
import { exportInputs } from "./export-inputs.ts";
import type { WordFamily } from "./family.ts";
import { wordsFeeds } from "./feeds.ts";
import { isEncoderPart, mapWordsKeys } from "./keys.ts";
import { wordTable, wordsParameters } from "./parameters.ts";
import { wordsStates } from "./states.ts";
import { WordsTokenizer } from "./tokenizer.ts";

/** Makes an encoder of BERT's build, which reads words and no entities. */
export const wordsEncoder = (family: WordFamily): Encoder<WordsConfig> => ({
  name: family.name,
  modelTypes: [family.name],
  bareArchitectures: [family.model, ...family.pretrainingModels],
  architecture: (head) => (head === "token" ? family.tokenClassifier : family.model),
  parseConfig: (json, file) => parseWordsConfig(family, json, file),
  formatConfig: (config) => formatWordsConfig(family, config),
  maxWords: ({ maxPositionEmbeddings: rows, padTokenId }) =>
    family.positions === "after padding" ? rows - padTokenId - 1 : rows,
  tokenizerClasses: family.tokenizerClasses,
  openTokenizer: (files) => WordsTokenizer.fromFiles(files, family.tokenizerClasses),
  withMarkers: (model, markers) => withMarkerTokens(wordTable(family), model, markers),
  wordTable: wordTable(family),
  describe: describeWords,
  parameters: (config) => wordsParameters(family, config),
  keys: (names, wanted) => mapWordsKeys(family, names, wanted),
  isEncoderTensor: isEncoderPart,
  isQuantizable: (parameter) => parameter.startsWith(`${family.prefix}.${family.layers?.path ?? "encoder.layer"}.`),
  states: (builder, config, reads) => wordsStates(family, builder, config, reads),
  feeds: (batch, config) => wordsFeeds(family, batch, config),
  exportInputs: (config, given, reading) => exportInputs(family, config, given, reading),
});
