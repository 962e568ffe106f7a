import type { PredictConfig } from "../config.ts";
import type { DocumentPrediction } from "../model/tasks/prediction.ts";
import type { PredictionInput } from "../model/tasks/prediction-input.ts";
import type { Predictor } from "../model/predictor.ts";

/** A model's answers to texts with their entities. @throws DataError for an input that checkPredictionInput refuses */
export const predict = (
  model: Predictor,
  inputs: readonly PredictionInput[],
  { batchSize, relationsOnly, maxPairs }: PredictConfig,
  shouldStop?: () => boolean,
): Promise<DocumentPrediction[]> =>
  model.task.predict(model, inputs, {
    batchSize: batchSize ?? model.task.scoringBatchSize(model.learned),
    relationsOnly,
    maxPairs,
    shouldStop,
  });
