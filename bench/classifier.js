// A pair classifier of a release. Since there are encoders beside LUKE, a release takes encoder, config, head and number of
// labels as one shape; the releases before took LUKE's config, the number of labels and the head by themselves.
import { modulesOf } from "./modules.js";

/** The parameters of a classifier, and how sessions that train and score it are opened. */
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

/** As `classifierOf`, of this working tree. */
export const classifierHere = (model) => classifierOf(modulesOf(), model);
