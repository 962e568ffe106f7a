import type { Document } from "../../corpus/document.ts";
import { DataError } from "../../errors.ts";
import { ignoredLabel } from "../../nn/objectives.ts";
import { collate, type Batch, type Padding } from "../../tokenization/inputs/collate.ts";
import type { Encoding } from "../../tokenization/inputs/encoding.ts";
import type { LengthReport } from "../../tokenization/inputs/length-report.ts";
import type { TrainingExamples } from "../../training/loop.ts";

/** An encoded text, and the examples that its rows of logits answer. */
export interface EncodedText<Example> {
  readonly encoding: Encoding;
  /** The examples, in the order of the rows. */
  readonly examples: readonly Example[];
  /** The class of each token, -100 where there is none, if rows are tokens; else a row has the label of its example. */
  readonly targets?: Int32Array;
  /** The label of each row in a batch padded to this many words, if rows are spans of tokens. */
  readonly paddedTargets?: (words: number) => Int32Array;
}

/** An example that the model is not shown, with the reason: a bound excludes it, or it cannot be encoded. */
export interface Unscored<Example> {
  readonly example: Example;
  readonly message: string;
  readonly excluded: boolean;
}

/** Encoded examples. Those that the model is not shown are kept apart, never dropped, since they count in scores. */
export interface Encoded<Example> {
  readonly texts: readonly EncodedText<Example>[];
  /** The number of examples in all texts. */
  readonly count: number;
  readonly unscored: readonly Unscored<Example>[];
  readonly lengths: LengthReport;
  /** The number of examples that each bound leaves out, by its name. */
  readonly excluded: Readonly<Record<string, number>>;
  /** The number of examples that were not made (see Examples), by document. */
  readonly omitted?: ReadonlyMap<Document, number>;
  /** The labels of a batch of these texts, if its rows are of several kinds. */
  batchLabels?(texts: readonly EncodedText<Example>[], batch: Batch): Int32Array;
}

/** Examples, and the number of those that are too many to be made. */
export interface Examples<Example> {
  readonly examples: readonly Example[];
  /**
   * The number of examples by document that were not made, if all are more than memory holds. They have no label, and
   * neither the model nor a baseline gives them one, so that they count as right.
   */
  readonly omitted: ReadonlyMap<Document, number>;
}

export const sumOfOmitted = (omitted: ReadonlyMap<Document, number> = new Map()): number =>
  [...omitted.values()].reduce((sum, count) => sum + count, 0);

/** An example that a bound leaves out. */
export interface Excluded<Example> {
  readonly example: Example;
  /** The name of the bound that leaves it out. */
  readonly why: string;
  readonly message: string;
}

/** Adds examples that a bound left out before the others were encoded. */
export function withExcluded<Example>(
  encoded: Encoded<Example>,
  excluded: readonly Excluded<Example>[],
): Encoded<Example> {
  const counts: Record<string, number> = { ...encoded.excluded };
  for (const { why } of excluded) counts[why] = (counts[why] ?? 0) + 1;
  const unscored = excluded.map(({ example, message }): Unscored<Example> => ({ example, message, excluded: true }));
  return { ...encoded, unscored: [...unscored, ...encoded.unscored], excluded: counts };
}

/** Each example with its row of the logits [rows, labels] of its text. */
export function rowsOf<Example>(
  texts: readonly EncodedText<Example>[],
  logits: readonly Float32Array[],
): { readonly example: Example; readonly logits: Float32Array }[] {
  return texts.flatMap(({ examples }, text) => {
    const rows = logits[text]!;
    const labels = rows.length / examples.length;
    return examples.map((example, i) => ({ example, logits: rows.subarray(i * labels, (i + 1) * labels) }));
  });
}

/** @throws DataError if not one example could be encoded, with the reason of the first */
export function requireEncodable<Example>({ texts, unscored }: Encoded<Example>, subject: string): void {
  const [first] = unscored;
  if (texts.length > 0 || !first) return;
  throw new DataError(
    `None of the ${unscored.length} ${subject} can be given to the model; of the first: ${first.message}.`,
  );
}

/**
 * The texts for the training loop, each with the gold labels of its examples.
 * @param numLabels the number of labels if an example may have several: each row is then a 0 or 1 per label
 */
export function trainingExamples<Example extends { readonly labels: readonly number[] }>(
  encoded: Encoded<Example>,
  padding: Padding,
  numLabels: number | undefined,
): TrainingExamples<Batch> {
  const { texts } = encoded;
  const targetsOf = exampleTargets(numLabels);
  return {
    lengths: texts.map(({ encoding }) => encoding.inputIds.length),
    batch: (indices, whole) => {
      const chosen = indices.map((index) => texts[index]!);
      const encodings = chosen.map(({ encoding }) => encoding);
      const batch = collate(encodings, padding, undefined, 1, whole);
      if (encoded.batchLabels) return { ...batch, labels: encoded.batchLabels(chosen, batch) };
      const labels = chosen.some(({ targets, paddedTargets }) => targets ?? paddedTargets)
        ? joinedLabels(chosen.map((text) => rowTargets(text, batch.words)))
        : Int32Array.from(chosen.flatMap(({ examples }) => examples.flatMap(targetsOf)));
      return { ...batch, labels };
    },
  };
}

/** The label of an example, or if it may have several, a 0 or 1 for each of `numLabels`. */
export const exampleTargets =
  (numLabels: number | undefined) =>
  ({ labels }: { readonly labels: readonly number[] }): readonly number[] =>
    numLabels === undefined
      ? labels.slice(0, 1)
      : Array.from({ length: numLabels }, (_, id) => Number(labels.includes(id)));

/** The targets of a text's rows in a batch padded to this many words; padding has none. */
export function rowTargets({ targets, paddedTargets }: EncodedText<unknown>, words: number): Int32Array {
  if (paddedTargets) return paddedTargets(words);
  const padded = new Int32Array(words).fill(ignoredLabel);
  padded.set(targets!);
  return padded;
}

function joinedLabels(parts: readonly Int32Array[]): Int32Array {
  const labels = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    labels.set(part, end);
    end += part.length;
  }
  return labels;
}

/** Counts each class in the targets of tokens, or each label of the examples; labels that are no class are not counted. */
export function classCounts(
  { texts }: Encoded<{ readonly labels: readonly number[] }>,
  examples: readonly { readonly labels: readonly number[] }[],
  classes: number,
): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  const ofTokens = texts.some(({ targets }) => targets);
  const all = ofTokens ? texts.map(({ targets }) => targets!) : examples.map(({ labels }) => labels);
  for (const labels of all) for (const label of labels) if (label >= 0 && label < classes) counts[label]!++;
  return counts;
}
