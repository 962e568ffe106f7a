import type { PairExample } from "../corpus/pairs.ts";
import { DataError } from "../errors.ts";
import { learnLookup, openLookup, type LookupOptions, type LookupTable } from "./lookup-baseline.ts";
import { learnNearest, openNearest, type NearestTable } from "./nearest-baseline.ts";
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
  /** Head type, tail type, their most frequent relation. Absent in older folders, as are the next two. */
  readonly typeRelations?: readonly (readonly [head: string, tail: string, label: number])[] | undefined;
  readonly lookup?: LookupTable | undefined;
  /** Absent also if no relation is n-to-1. */
  readonly nearest?: NearestTable | undefined;
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
  const { noRelationId } = options;
  const typePairs: TypeLabel[] = [];
  const typeRelations: TypeLabel[] = [];
  for (const [types, counts] of byTypes) {
    const [head, tail] = JSON.parse(types) as [string, string];
    typePairs.push([head, tail, mostFrequent(counts)]);
    const relations = counts.map((count, label) => (label === noRelationId ? 0 : count));
    if (Math.max(...relations) > 0) typeRelations.push([head, tail, mostFrequent(relations)]);
  }
  return {
    majority: mostFrequent(overall),
    typePairs,
    pairs: training.length,
    typeRelations,
    lookup: learnLookup(training, options),
    nearest: learnNearest(training, noRelationId),
  };
}

type TypeLabel = readonly [head: string, tail: string, label: number];

const byTypesOf = (labels: readonly TypeLabel[]): Map<string, number> =>
  new Map(labels.map(([head, tail, label]) => [JSON.stringify([head, tail]), label]));

/**
 * Makes classifiers of the learnt baselines: the majority label, the majority label and the majority relation of the two
 * entities' types, the look-up of types, order and distance, and the nearest candidate of n-to-1 relations.
 * @param noRelationId the answer where a baseline finds no relation
 */
export function baselinesOf(table: BaselineTable, noRelationId: number): Baseline[] {
  const { majority, typePairs, typeRelations, pairs, lookup, nearest } = table;
  const labelOfTypes = byTypesOf(typePairs);
  return [
    majorityBaseline(majority, pairs, pairUnit),
    {
      name: "type pair",
      description:
        `gives a pair the label most frequent in training for its head and tail types (${typePairs.length} type pairs ` +
        "known), else the most frequent label of all",
      predict: (example) => [labelOfTypes.get(typePair(example)) ?? majority],
    },
    ...(typeRelations ? [typeRelationBaseline(typeRelations, noRelationId)] : []),
    ...(lookup ? [lookupBaseline(lookup, majority, noRelationId)] : []),
    ...(nearest ? [nearestBaseline(nearest, noRelationId)] : []),
  ];
}

function typeRelationBaseline(typeRelations: readonly TypeLabel[], noRelationId: number): Baseline {
  const relationOfTypes = byTypesOf(typeRelations);
  return {
    name: "type relation",
    description:
      "gives a pair the relation most frequent in training for its head and tail types, however rare relations between " +
      `these are (${typeRelations.length} type pairs with a relation)`,
    predict: (example) => [relationOfTypes.get(typePair(example)) ?? noRelationId],
  };
}

function nearestBaseline(table: NearestTable, noRelationId: number): Baseline {
  const nearest = openNearest(table);
  return {
    name: "nearest",
    description:
      "joins each entity to the nearest one of a type, where a relation has one partner at most for each head or each tail: " +
      `${table.rules.length} rules of a relation and two types, as many as are best on training`,
    predict: (example) => {
      const [label = noRelationId] = nearest(example);
      return [label];
    },
  };
}

function lookupBaseline(table: LookupTable, majority: number, noRelationId: number): Baseline {
  const lookup = openLookup(table);
  return {
    name: "look-up",
    description:
      "reads no word: it looks up by types, order and distance which relation pairs in training have (the types of head and tail, which of them " +
      "comes first and how many entities begin between them; coarser where these were never met together), and gives it " +
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

/** Of the baselines that a model does not beat, the best on each metric. */
export const bestOf = (unbeaten: readonly Unbeaten[]): Unbeaten[] =>
  [...new Set(unbeaten.map(({ metric }) => metric))].map((metric) =>
    unbeaten
      .filter((one) => one.metric === metric)
      .reduce((best, one) => (isBetter(metric, one.score, best.score) ? one : best)),
  );

function typePair({ document, head, tail }: PairExample): string {
  return JSON.stringify([document.entities[head]!.type, document.entities[tail]!.type]);
}

/** The position of the largest count; on ties the first. */
export const mostFrequent = (counts: readonly number[]): number => counts.indexOf(Math.max(...counts));

const zeros = (length: number): number[] => Array.from({ length }, () => 0);
