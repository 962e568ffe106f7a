/** `counts[gold][predicted]`, in pairs. All scores are derived from it, so shards are added before they are scored. */
export interface ConfusionMatrix {
  readonly id2label: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** Counts pairs by gold and predicted label id. A RangeError tells of lists that do not match or ids without a label. */
export function confusionOf(
  gold: ArrayLike<number>,
  predicted: ArrayLike<number>,
  id2label: readonly string[],
): ConfusionMatrix {
  if (gold.length !== predicted.length) {
    throw new RangeError(`Counting predictions: ${gold.length} gold labels, but ${predicted.length} predicted ones.`);
  }
  const counts = emptyCounts(id2label.length);
  for (let pair = 0; pair < gold.length; pair++) {
    const row = labelId(gold[pair]!, id2label, "gold", pair);
    const column = labelId(predicted[pair]!, id2label, "predicted", pair);
    counts[row]![column]!++;
  }
  return { id2label, counts };
}

/** The counts of two parts of the same data, or of two data sets with the same labels. */
export function addConfusion(a: ConfusionMatrix, b: ConfusionMatrix): ConfusionMatrix {
  const same = a.id2label.length === b.id2label.length && a.id2label.every((label, id) => label === b.id2label[id]);
  if (!same) {
    throw new RangeError(
      `Adding counts over different labels: [${a.id2label.join(", ")}] and [${b.id2label.join(", ")}].`,
    );
  }
  return { id2label: a.id2label, counts: a.counts.map((row, i) => row.map((count, j) => count + b.counts[i]![j]!)) };
}

/**
 * Adds pairs that were never scored (cut by a length limit, say), as predicted to be without a relation: that is all a
 * user would ever see of them, so their relations count as misses.
 */
export function addUnscored(confusion: ConfusionMatrix, gold: ArrayLike<number>, noRelationId = 0): ConfusionMatrix {
  const predicted = Array.from(gold, () => noRelationId);
  return addConfusion(confusion, confusionOf(gold, predicted, confusion.id2label));
}

const zeros = (length: number): number[] => Array.from({ length }, () => 0);

const emptyCounts = (size: number): number[][] => Array.from({ length: size }, () => zeros(size));

function labelId(id: number, id2label: readonly string[], side: "gold" | "predicted", pair: number): number {
  if (Number.isInteger(id) && id >= 0 && id < id2label.length) return id;
  throw new RangeError(
    `Counting pair ${pair}: the ${side} label id is ${id}, but ids run from 0 to ${id2label.length - 1}.`,
  );
}
