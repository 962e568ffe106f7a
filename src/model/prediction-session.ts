import type { Weights } from "../nn/parameters.ts";
import { cpu } from "../runtime/cpu.ts";
import type { DeviceOptions } from "../runtime/device.ts";
import type { Padding } from "../tokenization/inputs/collate.ts";
import type { ClassifierShape } from "./classifier.ts";
import { Scorer, type PredictionSessionOptions } from "./scorer.ts";

export {
  defaultBatchSizes,
  type PredictionDtype,
  type PredictionOptions,
  type PredictionSessionOptions,
} from "./scorer.ts";

/** Makes scorers whose graph runs on the CPU of this process, unless another device is given. */
export const PredictionSession = {
  create: (
    shape: ClassifierShape,
    weights: Weights | Promise<Weights>,
    padding: Padding,
    { device = cpu, ...options }: PredictionSessionOptions & Partial<DeviceOptions> = {},
  ): Promise<Scorer> => Scorer.create(shape, weights, padding, { ...options, device }),
};
