import type { PredictConfig } from "../config.ts";
import { answerFound } from "../model/finder.ts";
import type { DocumentPrediction } from "../model/tasks/prediction.ts";
import type { PredictionInput } from "../model/tasks/prediction-input.ts";
import type { Predictor } from "../model/predictor.ts";

export interface PredictControl {
  readonly shouldStop?: (() => boolean) | undefined;
  /** Finds the entities of texts that come without. */
  readonly finder?: Predictor | undefined;
}

/** A model's answers to texts with their entities. @throws DataError for an input that checkPredictionInput refuses */
export function predict(
  model: Predictor,
  inputs: readonly PredictionInput[],
  { batchSize, relationsOnly, maxPairs, abstain }: PredictConfig,
  { shouldStop, finder }: PredictControl = {},
): Promise<DocumentPrediction[]> {
  const answer = (texts: readonly PredictionInput[]): Promise<DocumentPrediction[]> =>
    model.task.predict(model, texts, {
      batchSize: batchSize ?? model.task.scoringBatchSize(model.learned),
      relationsOnly,
      abstain,
      maxPairs,
      shouldStop,
    });
  return finder ? answerFound(finder, inputs, answer, { batchSize, shouldStop }) : answer(inputs);
}
