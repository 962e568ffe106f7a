import type { Objective } from "../nn/objectives.ts";
import type { ParameterSpec } from "../nn/parameters.ts";
import type { Batch } from "../tokenization/inputs/collate.ts";
import type { Trainable } from "../training/trainable.ts";
import { classifierFeeds, classifierGraph, classifierParameters, type ClassifierShape } from "./classifier.ts";

/**
 * A classifier and its objective, as the training loop takes them; `parameters` are those of the classifier, where some
 * may stay as they are or learn at a rate of their own.
 */
export function trainableClassifier(
  shape: ClassifierShape,
  objective: Objective = shape.head.objective({ isMultiLabel: false }),
  parameters: readonly ParameterSpec[] = classifierParameters(shape),
): Trainable<Batch> {
  const { encoder, numLabels } = shape;
  return {
    name: encoder.name,
    parameters,
    graph: () => {
      const { builder, logits } = classifierGraph(shape, { training: true });
      const { loss, inputs } = objective.loss(logits);
      return { builder, loss, targets: inputs };
    },
    sizes: ({ batch, words, entities, mention, pairCount }) =>
      new Map(Object.entries({ batch, words, entities, mention, pairs: pairCount })),
    countRows: (batch) => objective.countRows(labelsOf(batch), numLabels),
    feeds: (batch, rowsInMean, whole = batch) =>
      new Map([
        ...classifierFeeds(shape, batch),
        ...objective.feeds(labelsOf(batch), numLabels, rowsInMean, labelsOf(whole)),
      ]),
  };
}

function labelsOf({ labels }: Batch): Int32Array {
  if (!labels) throw new Error("internal: a training batch needs labels");
  return labels;
}
