import { input, type Tensor } from "../autodiff/index.ts";
import { bceWithLogits, crossEntropy, focalBceWithLogits, focalCrossEntropy } from "./losses.ts";
import { float32, type Feeds } from "../runtime/values.ts";

/** Label of a row that losses ignore, such as a padding entity: `ignore_index` of torch's cross entropy. */
export const ignoredLabel = -100;

/** How a loss departs from plain cross entropy. */
export interface LossShape {
  /** The part of each target that all labels share alike: `label_smoothing` of torch's CrossEntropyLoss. */
  readonly labelSmoothing?: number | undefined;
  /** The power of the focal factor (Lin et al. 2017); 0 for none. */
  readonly focalGamma?: number | undefined;
}

/** A loss over logits, and how a batch's labels become the graph inputs that it reads. */
export interface Objective {
  /** Builds the scalar loss of `logits` [rows, labels], and the inputs to feed. */
  loss(logits: Tensor): { readonly loss: Tensor; readonly inputs: readonly Tensor[] };
  /** Counts the rows that the loss is a mean over. */
  countRows(labels: Int32Array, numLabels: number): number;
  /**
   * Makes the values of the loss's inputs. The loss is a mean over `rowsInMean` rows: at least those that count here.
   * @param whole the labels of the batch of which these are a share, for a loss that has several means
   * @throws RangeError for a label that does not exist
   */
  feeds(labels: Int32Array, numLabels: number, rowsInMean: number, whole?: Int32Array): Feeds;
}

/**
 * Cross entropy, for rows with one label each. `labels` is [rows], of ids. With `weights`, one for each label, the loss
 * is the weighted mean, as in torch's CrossEntropyLoss, and rows are counted by weight. With label smoothing each row has
 * a part of every label as well, of that label's weight, as there.
 */
export const singleLabelWeighted = (
  weights?: ArrayLike<number>,
  prefix = "",
  { labelSmoothing = 0, focalGamma = 0 }: LossShape = {},
): Objective => ({
  loss: (logits) => {
    const targets = input(`${prefix}targets`, logits.shape);
    const loss = focalGamma > 0 ? focalCrossEntropy(logits, targets, focalGamma) : crossEntropy(logits, targets);
    return { loss, inputs: [targets] };
  },
  countRows: (labels) =>
    labels.reduce((count, label) => count + (label === ignoredLabel ? 0 : (weights?.[label] ?? 1)), 0),
  feeds: (labels, numLabels, rowsInMean) => {
    const targets = new Float32Array(labels.length * numLabels);
    for (const [row, label] of labels.entries()) {
      if (label === ignoredLabel) continue;
      if (label < 0 || label >= numLabels)
        throw new RangeError(`row ${row} has label id ${label} of ${numLabels} labels`);
      if (labelSmoothing > 0)
        for (let id = 0; id < numLabels; id++)
          targets[row * numLabels + id] = ((labelSmoothing / numLabels) * (weights?.[id] ?? 1)) / rowsInMean;
      targets[row * numLabels + label]! += ((1 - labelSmoothing) * (weights?.[label] ?? 1)) / rowsInMean;
    }
    return new Map([[`${prefix}targets`, float32(targets, [labels.length, numLabels])]]);
  },
});

export const singleLabel: Objective = singleLabelWeighted();

/**
 * Binary cross entropy of each label, for rows with any number of labels. `labels` is [rows, labels] of 0 and 1.
 * `transformers` counts padding entities as rows without a label; give them zeros to match it. `labelWeights` multiply
 * the loss of the labels that hold, as `pos_weight` of torch's BCEWithLogitsLoss. Label smoothing moves each target towards
 * one half.
 */
export const multiLabelWeighted = (
  labelWeights?: ArrayLike<number>,
  prefix = "",
  { labelSmoothing = 0, focalGamma = 0 }: LossShape = {},
): Objective => ({
  loss: (logits) => {
    const targets = input(`${prefix}targets`, logits.shape);
    const weights = input(`${prefix}target_weights`, logits.shape);
    const loss =
      focalGamma > 0
        ? focalBceWithLogits(logits, targets, weights, focalGamma)
        : bceWithLogits(logits, targets, weights);
    return { loss, inputs: [targets, weights] };
  },
  countRows: (labels, numLabels) => singleLabel.countRows(labels, 1) / numLabels,
  feeds: (labels, numLabels, rowsInMean) => {
    const targets = new Float32Array(labels.length);
    const weights = new Float32Array(labels.length);
    for (const [i, label] of labels.entries()) {
      if (label === ignoredLabel) continue;
      if (label !== 0 && label !== 1)
        throw new RangeError(`row ${Math.floor(i / numLabels)} has ${label} for label ${i % numLabels}, not 0 or 1`);
      const soft = label * (1 - labelSmoothing) + labelSmoothing / 2;
      // The weight belongs to the part of the target that holds, which is all or nothing unless it is smoothed.
      const present = soft * (labelWeights?.[i % numLabels] ?? 1);
      const whole = present + (1 - soft);
      targets[i] = whole === 0 ? 0 : present / whole;
      weights[i] = whole / (rowsInMean * numLabels);
    }
    const dims = [labels.length / numLabels, numLabels];
    return new Map([
      [`${prefix}targets`, float32(targets, dims)],
      [`${prefix}target_weights`, float32(weights, dims)],
    ]);
  },
});

export const multiLabel: Objective = multiLabelWeighted();

/** The choice of a loss. */
export interface ObjectiveOptions extends LossShape {
  /** Whether a row may have several labels at once. */
  readonly isMultiLabel: boolean;
  /** A weight for each label. */
  readonly labelWeights?: ArrayLike<number> | undefined;
  /** The beginning of the names of its graph inputs, if a graph has two losses. */
  readonly prefix?: string;
}

/** Cross entropy, or binary cross entropy of each label where a row may have several. */
export const classification = ({ isMultiLabel, labelWeights, prefix, ...shape }: ObjectiveOptions): Objective =>
  isMultiLabel ? multiLabelWeighted(labelWeights, prefix, shape) : singleLabelWeighted(labelWeights, prefix, shape);
