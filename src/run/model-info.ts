import { trainConfig } from "../config.ts";
import { modelInfo as infoOf, type ModelInfo } from "../model/info.ts";
import { describeSettings } from "../settings.ts";

/** Describes a model folder, and the settings of its run that differ from the defaults of this Relata. */
export const modelInfo = (folder: string): Promise<ModelInfo> =>
  infoOf(folder, new Map(describeSettings(trainConfig).map(({ key, default: fallback }) => [key, fallback])));
