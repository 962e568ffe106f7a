import type { Weights } from "../nn/parameters.ts";
import { compile } from "../runtime/compile.ts";
import type { Padding } from "../tokenization/inputs/collate.ts";
import type { ClassifierShape } from "./classifier.ts";
import { Scorer, type PredictionSessionOptions } from "./scorer.ts";

export {
  defaultBatchSizes,
  type PredictionDtype,
  type PredictionOptions,
  type PredictionSessionOptions,
} from "./scorer.ts";

/** Makes scorers that run their graph with ONNX Runtime in this process. */
export const PredictionSession = {
  create: (
    shape: ClassifierShape,
    weights: Weights | Promise<Weights>,
    padding: Padding,
    options: PredictionSessionOptions = {},
  ): Promise<Scorer> => Scorer.create(shape, weights, padding, { ...options, compile }),
};
