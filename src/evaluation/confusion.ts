/** A confusion matrix: `counts[gold][predicted]`, in pairs. All scores derive from it, so shards are added first. */
export interface ConfusionMatrix {
  readonly id2label: readonly string[];
  /** Labels without a gold pair may share one array of zeros: of thousands of labels few occur. */
  readonly counts: readonly (readonly number[])[];
}

/** Counts pairs by gold and predicted label id. @throws RangeError if the lists do not match or an id has no label */
export function confusionOf(
  gold: ArrayLike<number>,
  predicted: ArrayLike<number>,
  id2label: readonly string[],
): ConfusionMatrix {
  requireSameLength(gold, predicted);
  const empty = zeros(id2label.length);
  const counts = id2label.map(() => empty);
  for (let pair = 0; pair < gold.length; pair++) {
    const row = labelId(gold[pair]!, id2label, "gold", pair);
    const column = labelId(predicted[pair]!, id2label, "predicted", pair);
    if (counts[row] === empty) counts[row] = [...empty];
    counts[row]![column]!++;
  }
  return { id2label, counts };
}

/**
 * Counts pairs that may have several labels each; for one label each the same as confusionOf. A label that is both gold
 * and predicted counts as right. The gold and predicted labels left over are matched in their order, and one without a
 * partner is matched with the no-relation label. True positives, support and predictions of each relation are therefore
 * exact, and the sum counts labels, not pairs.
 * @throws RangeError if the lists do not match or an id has no label
 */
export function confusionOfSets(
  gold: readonly (readonly number[])[],
  predicted: readonly (readonly number[])[],
  id2label: readonly string[],
  noRelationId = 0,
): ConfusionMatrix {
  requireSameLength(gold, predicted);
  const golds: number[] = [];
  const predictions: number[] = [];
  for (const [pair, labels] of gold.entries()) {
    for (const [row, column] of countedAgainst(labels, predicted[pair]!, noRelationId)) {
      golds.push(row);
      predictions.push(column);
    }
  }
  return confusionOf(golds, predictions, id2label);
}

/** Matches the gold and predicted labels of one pair, as confusionOfSets counts them. */
export function countedAgainst(
  gold: readonly number[],
  predicted: readonly number[],
  noRelationId: number,
): (readonly [gold: number, predicted: number])[] {
  const missed = gold.filter((label) => !predicted.includes(label));
  const wrong = predicted.filter((label) => !gold.includes(label));
  const right = gold.filter((label) => predicted.includes(label)).map((label) => [label, label] as const);
  const others = Array.from(
    { length: Math.max(missed.length, wrong.length) },
    (_, i) => [missed[i] ?? noRelationId, wrong[i] ?? noRelationId] as const,
  );
  return [...right, ...others];
}

/** Adds the counts of two parts of the same data, or of two data sets with the same labels. */
export function addConfusion(a: ConfusionMatrix, b: ConfusionMatrix): ConfusionMatrix {
  const same = a.id2label.length === b.id2label.length && a.id2label.every((label, id) => label === b.id2label[id]);
  if (!same) {
    throw new RangeError(
      `Adding counts over different labels: [${a.id2label.join(", ")}] and [${b.id2label.join(", ")}].`,
    );
  }
  return { id2label: a.id2label, counts: a.counts.map((row, i) => row.map((count, j) => count + b.counts[i]![j]!)) };
}

/** Adds `count` pairs that have this label and for which it was predicted. */
export function withRight({ id2label, counts }: ConfusionMatrix, label: number, count: number): ConfusionMatrix {
  if (count === 0) return { id2label, counts };
  return { id2label, counts: counts.with(label, counts[label]!.with(label, counts[label]![label]! + count)) };
}

/** Counts how often each label was predicted. Rows that share an array are zeros, so counting it once is enough. */
export function columnSums({ id2label, counts }: ConfusionMatrix): number[] {
  const sums = zeros(id2label.length);
  for (const row of new Set(counts)) for (let id = 0; id < sums.length; id++) sums[id]! += row[id]!;
  return sums;
}

const zeros = (length: number): number[] => Array.from({ length }, () => 0);

function requireSameLength({ length: gold }: ArrayLike<unknown>, { length: predicted }: ArrayLike<unknown>): void {
  if (gold === predicted) return;
  throw new RangeError(`Counting predictions: ${gold} gold labels, but ${predicted} predicted ones.`);
}

function labelId(id: number, id2label: readonly string[], side: "gold" | "predicted", pair: number): number {
  if (Number.isInteger(id) && id >= 0 && id < id2label.length) return id;
  throw new RangeError(
    `Counting pair ${pair}: the ${side} label id is ${id}, but ids run from 0 to ${id2label.length - 1}.`,
  );
}
