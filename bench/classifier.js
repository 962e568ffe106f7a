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
    openTrainer: async (weights, { learning, ...options }) => {
      const trainable = learning ? await adapted(load, shape, weights, learning) : trainableClassifier(shape);
      return TrainingSession.create(trainable, weights, options);
    },
  };
}

/** A classifier of which frozen layers do not learn, or with `lora` only adapters, whose weights are added. */
async function adapted(load, shape, weights, { lora: wanted, freezeLayers }) {
  const { learningParameters } = await load("learning-layers");
  const { trainableClassifier } = await load("trainable");
  let lora;
  if (wanted) {
    lora = (await load("lora-targets")).chooseLora({ name: "the model", ...shape }, { ...wanted, freezeLayers }).lora;
    (await load("start-adapter")).addAdapter(weights, lora, 1);
  }
  const learner = { ...shape, lora };
  return trainableClassifier(learner, undefined, learningParameters(learner, { freezeLayers }));
}

/** Returns `classifierOf` of this working tree. */
export const classifierHere = (model) => classifierOf(modulesOf(), model);
