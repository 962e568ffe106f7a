import type { Encoder } from "../encoder.ts";
import { lukeMisfits, openLuke } from "./open.ts";
import { describeLuke, formatLukeConfig, maxWords, parseLukeConfig, type LukeConfig } from "./config.ts";
import { exportInputs } from "./export-inputs.ts";
import { lukeFeeds } from "./feeds.ts";
import { initializeFromScratch } from "./initialization.ts";
import { isEncoderPart, mapLukeKeys } from "./keys.ts";
import { encoderParameters, entityTable, wordTable } from "./parameters.ts";
import { lukeStates } from "./states.ts";
import { LukeTokenizer } from "./tokenizer/luke-tokenizer.ts";
import { addTypedEntities } from "./typed-model.ts";

const architectures = {
  pair: "LukeForEntityPairClassification",
  entity: "LukeForEntityClassification",
  span: "LukeForEntitySpanClassification",
  token: "LukeForTokenClassification",
  // transformers has no class with this head.
  biaffine: "LukeModel",
} as const;

/** LUKE and mLUKE (Yamada et al. 2020; Ri et al. 2022): words and entities in one sequence, mentions read by their entities. */
export const luke: Encoder<LukeConfig> = {
  name: "luke",
  modelTypes: ["luke"],
  bareArchitectures: ["LukeModel", "LukeForMaskedLM"],
  architecture: (head) => architectures[head],
  parseConfig: parseLukeConfig,
  formatConfig: formatLukeConfig,
  maxWords,
  tokenizerClasses: ["LukeTokenizer", "MLukeTokenizer"],
  openTokenizer: (files) => LukeTokenizer.fromFiles(files),
  open: openLuke,
  misfits: lukeMisfits,
  addEntityTypes: addTypedEntities,
  wordTable,
  entityTable,
  describe: describeLuke,
  parameters: encoderParameters,
  keys: mapLukeKeys,
  isEncoderTensor: isEncoderPart,
  initialize: initializeFromScratch,
  isQuantizable: (parameter) => parameter.startsWith("luke.encoder."),
  states: lukeStates,
  feeds: lukeFeeds,
  exportInputs,
};
