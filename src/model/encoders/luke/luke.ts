import type { Encoder } from "../encoder.ts";
import { formatLukeConfig, maxWords, parseLukeConfig, type LukeConfig } from "./config.ts";
import { exportInputs } from "./export-inputs.ts";
import { lukeFeeds } from "./feeds.ts";
import { initializeFromScratch } from "./initialization.ts";
import { isEncoderPart, mapLukeKeys } from "./keys.ts";
import { encoderParameters } from "./parameters.ts";
import { lukeStates } from "./states.ts";

const architectures = {
  pair: "LukeForEntityPairClassification",
  entity: "LukeForEntityClassification",
  span: "LukeForEntitySpanClassification",
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
  parameters: encoderParameters,
  keys: mapLukeKeys,
  isEncoderTensor: isEncoderPart,
  initialize: initializeFromScratch,
  isQuantizable: (parameter) => parameter.startsWith("luke.encoder."),
  states: lukeStates,
  feeds: lukeFeeds,
  exportInputs,
};
