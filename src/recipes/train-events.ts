import { noRelationId, type LabelSchema } from "../corpus/labels.ts";
import type { Notice } from "../corpus/notices.ts";
import type { PairExample } from "../corpus/pairs.ts";
import type { Scores } from "../evaluation/scores.ts";
import type { TrainingEvent } from "../training/loop.ts";
import type { EncodedPairs } from "../model/tasks/relations/encode.ts";
import { formatLosses } from "../model/tasks/relations/losses.ts";
import type { ModelEvent } from "../model/source.ts";
import type { TrainingData } from "./training-data.ts";

export interface CheckpointScores {
  readonly value: number;
  readonly scores: Scores;
}

/** What happens in a run, in order: data, model, then steps, evaluations and saved checkpoints, then done. */
export type TrainEvent =
  | ModelEvent
  | {
      readonly type: "data";
      readonly documents: { readonly train: number; readonly test: number };
      readonly pairs: { readonly train: number; readonly trainCandidates: number; readonly test: number };
      /** Training pairs in a text that the model reads, on average: 1 in pair encoding. */
      readonly pairsPerText: number;
      readonly relations: readonly { readonly label: string; readonly train: number; readonly test: number }[];
      readonly notices: readonly Notice[];
      /** Sentences on what the model will not see, with counts. */
      readonly lengths: readonly string[];
    }
  | {
      readonly type: "model";
      readonly name: string;
      readonly parameters: number;
      readonly vocabSize: number;
      readonly maxLength: number;
      readonly notes: readonly string[];
    }
  | TrainingEvent<CheckpointScores>
  | { readonly type: "saved"; readonly folder: string; readonly step: number };

/** What the run works on. */
export function dataEvent(
  data: TrainingData,
  train: EncodedPairs<PairExample>,
  test: EncodedPairs<PairExample>,
): Extract<TrainEvent, { type: "data" }> {
  const { schema, allPairs, trainPairs, trainExcluded, testPairs } = data;
  const [trainCounts, testCounts] = [labelsOf(allPairs), labelsOf(testPairs)];
  const describe = (name: string, pairs: EncodedPairs<PairExample>, total: number): string[] =>
    formatLosses(pairs, schema, total).map((line) => `${name}: ${line}`);
  return {
    type: "data",
    documents: { train: data.train.length, test: data.test.length },
    pairs: {
      train: trainPairs.length,
      trainCandidates: allPairs.length - trainExcluded.length,
      test: testPairs.length,
    },
    pairsPerText: train.count / train.texts.length,
    relations: relationIds(schema).map((id) => ({
      label: schema.id2label[id]!,
      train: trainCounts.get(id) ?? 0,
      test: testCounts.get(id) ?? 0,
    })),
    notices: data.notices,
    lengths: [...describe("training", train, allPairs.length), ...describe("held out", test, testPairs.length)],
  };
}

/** How many pairs have each label. */
function labelsOf(pairs: readonly PairExample[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { labels } of pairs) for (const id of labels) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

const relationIds = (schema: LabelSchema): number[] =>
  schema.id2label.flatMap((_, id) => (id === noRelationId(schema) ? [] : [id]));

/** The headline numbers alone: the counts per label belong to the report. */
export const summary = ({
  accuracy,
  microF1,
  macroF1,
  relationMicroF1,
  relationMacroF1,
  falsePositiveRate,
  loss,
}: Scores): Record<string, unknown> => ({
  loss,
  accuracy,
  microF1,
  macroF1,
  relationMicroF1,
  relationMacroF1,
  falsePositiveRate,
});
