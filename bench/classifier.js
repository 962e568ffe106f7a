// A pair classifier of a release. Releases with encoders beside LUKE take encoder, config, head and number of labels as
// one object; earlier releases took LUKE's config, the number of labels and the head as separate arguments.
import { modulesOf } from "./modules.js";

/** The parameters of a classifier, and functions that open sessions to train and score it. */
export async function classifierOf({ has, load }, { encoder, config, head, numLabels }) {
  const { classifierParameters } = await load("classifier");
  const { PredictionSession } = await load("prediction-session");
  const { TrainingSession } = await load("training-session");
  if (!has("luke")) {
    return {
      parameters: classifierParameters(head, config, numLabels),
      openScorer: (weights, padding, options) =>
        PredictionSession.create(config, numLabels, weights, padding, { ...options, head }),
      openTrainer: (weights, options) => TrainingSession.create(config, numLabels, weights, { ...options, head }),
    };
  }
  const { luke } = await load("luke");
  const { trainableClassifier } = await load("trainable");
  const shape = { encoder: encoder ?? luke, config, head, numLabels };
  return {
    parameters: classifierParameters(shape),
    openScorer: (weights, padding, options) => PredictionSession.create(shape, weights, padding, options),
    openTrainer: (weights, options) => TrainingSession.create(trainableClassifier(shape), weights, options),
  };
}

/** Returns `classifierOf` of this working tree. */
export const classifierHere = (model) => classifierOf(modulesOf(), model);
