import type { PairExample } from "../corpus/pairs.ts";
import { DataError } from "../errors.ts";
import { learnLookup, openLookup, type LookupOptions, type LookupTable } from "./lookup-baseline.ts";
import { isBetter, metricValue } from "./scores.ts";
import type { MetricName, Scores } from "./scores.ts";
import { pairUnit, type Unit } from "../corpus/unit.ts";

/** A classifier that reads no text; a trained model has to beat it. */
export interface Baseline<Example = PairExample> {
  readonly name: string;
  readonly description: string;
  /** Label ids, more than one only if an example may have several; never reads the gold label. */
  predict(example: Example): readonly number[];
}

/** Gives every example the most frequent label of `count` training examples. */
export const majorityBaseline = (label: number, count: number, { one, many }: Unit): Baseline<unknown> => ({
  name: "majority",
  description: `gives every ${one} the most frequent label of ${count} training ${many}`,
  predict: () => [label],
});

/** The scores of a system on the same examples as the model's. */
export interface NamedScores {
  readonly name: string;
  readonly scores: Scores;
}

/** A metric on which the model is not better than a baseline. */
export interface Unbeaten {
  readonly baseline: string;
  readonly metric: MetricName;
  readonly model: number;
  readonly score: number;
  readonly sentence: string;
}

/** The learnt baselines as plain data, stored with a model so that every later score can be shown beside them. */
export interface BaselineTable {
  /** The most frequent label. */
  readonly majority: number;
  /** Head type, tail type, the label most frequent for them. */
  readonly typePairs: readonly (readonly [head: string, tail: string, label: number])[];
  /** Number of pairs that they were learnt from. */
  readonly pairs: number;
  /** Absent in model folders written before there was a look-up baseline. */
  readonly lookup?: LookupTable | undefined;
}

/**
 * Learns the baselines from training pairs. They keep the prevalence of these pairs, so pass all candidate pairs, not a
 * sample. On ties the smaller label id is taken.
 * @throws DataError if there are no pairs
 */
export function learnBaselines(
  training: readonly PairExample[],
  labelCount: number,
  options: LookupOptions,
): BaselineTable {
  if (training.length === 0) {
    throw new DataError("Learning the baselines: expected training pairs, found none. Check the split of the data.");
  }
  const overall = zeros(labelCount);
  const byTypes = new Map<string, number[]>();
  for (const example of training) {
    if (!(example.label in overall)) {
      throw new RangeError(
        `Learning the baselines from ${example.id}: label id ${example.label} is not below ${labelCount}.`,
      );
    }
    const types = typePair(example);
    const counts = byTypes.get(types) ?? zeros(labelCount);
    byTypes.set(types, counts);
    counts[example.label]!++;
    overall[example.label]!++;
  }
  const typePairs = [...byTypes].map(([types, counts]) => {
    const [head, tail] = JSON.parse(types) as [string, string];
    return [head, tail, mostFrequent(counts)] as const;
  });
  const lookup = learnLookup(training, options);
  return { majority: mostFrequent(overall), typePairs, pairs: training.length, lookup };
}

/**
 * Makes classifiers of the learnt baselines: the majority label, the majority label of the two entities' types, and the
 * look-up of types, order and distance.
 * @param noRelationId the answer of the look-up if no relation reaches its threshold
 */
export function baselinesOf({ majority, typePairs, pairs, lookup }: BaselineTable, noRelationId: number): Baseline[] {
  const labelOfTypes = new Map(typePairs.map(([head, tail, label]) => [JSON.stringify([head, tail]), label]));
  return [
    majorityBaseline(majority, pairs, pairUnit),
    {
      name: "type pair",
      description:
        `gives a pair the label most frequent in training for its head and tail types (${typePairs.length} type pairs ` +
        "known), else the most frequent label of all",
      predict: (example) => [labelOfTypes.get(typePair(example)) ?? majority],
    },
    ...(lookup ? [lookupBaseline(lookup, majority, noRelationId)] : []),
  ];
}

function lookupBaseline(table: LookupTable, majority: number, noRelationId: number): Baseline {
  const lookup = openLookup(table);
  return {
    name: "type, order and distance (no text)",
    description:
      "reads no word: it looks up which relation pairs in training have by the types of head and tail, which of them " +
      "comes first and how many entities begin between them (coarser where these were never met together), and gives it " +
      `where at least ${(100 * table.threshold).toFixed(0)} % of such pairs have it, the share that is best on training`,
    predict: (example) => {
      const labels = lookup(example);
      return labels === undefined ? [majority] : labels.length > 0 ? labels : [noRelationId];
    },
  };
}

/** Lists the metrics on which the model does not beat a baseline, without those that baselines do not have (loss). */
export function compareWithBaselines(
  model: Scores,
  baselines: readonly NamedScores[],
  metrics: readonly MetricName[],
): Unbeaten[] {
  return baselines.flatMap(({ name, scores }) =>
    metrics.flatMap((metric): Unbeaten[] => {
      if (metric === "loss" && (scores.loss === undefined || model.loss === undefined)) return [];
      const [ours, theirs] = [metricValue(model, metric), metricValue(scores, metric)];
      if (isBetter(metric, ours, theirs)) return [];
      const verdict = ours === theirs ? "only equals" : "does not beat";
      const sentence = `The model ${verdict} the ${name} baseline on ${metric}: ${ours.toFixed(3)} against ${theirs.toFixed(3)}.`;
      return [{ baseline: name, metric, model: ours, score: theirs, sentence }];
    }),
  );
}

function typePair({ document, head, tail }: PairExample): string {
  return JSON.stringify([document.entities[head]!.type, document.entities[tail]!.type]);
}

/** The position of the largest count; on ties the first. */
export const mostFrequent = (counts: readonly number[]): number => counts.indexOf(Math.max(...counts));

const zeros = (length: number): number[] => Array.from({ length }, () => 0);
