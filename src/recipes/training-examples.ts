import type { PairExample } from "../corpus/pairs.ts";
import type { RelationSchema } from "../corpus/schema.ts";
import { type Batch, collate } from "../tokenization/inputs/collate.ts";
import type { TrainingExamples } from "../training/loop.ts";
import type { EncodedPairs } from "../model/tasks/relations/encode.ts";
import type { StartingModel } from "./starting-model.ts";
import type { TrainingData } from "./training-data.ts";

/** Encoded texts for the training loop, each with the labels of all its pairs. */
export function trainingExamples(
  { texts }: EncodedPairs<PairExample>,
  { tokenizer }: StartingModel,
  { multiLabel, id2label }: RelationSchema,
): TrainingExamples<Batch> {
  const labelsOf = ({ label, labels }: PairExample): number[] =>
    multiLabel ? id2label.map((_, id) => Number(labels.includes(id))) : [label];
  return {
    lengths: texts.map(({ encoding }) => encoding.inputIds.length),
    batch: (indices) =>
      collate(
        indices.map((index) => texts[index]!.encoding),
        tokenizer.padding,
        indices.flatMap((index) => texts[index]!.pairs.flatMap(labelsOf)),
        multiLabel ? id2label.length : 1,
      ),
  };
}

/** How often each label stands in the pairs that are learnt from. */
export function labelCounts({ schema, trainPairs }: TrainingData): number[] {
  const counts = schema.id2label.map(() => 0);
  for (const { labels } of trainPairs) for (const id of labels) counts[id]!++;
  return counts;
}
