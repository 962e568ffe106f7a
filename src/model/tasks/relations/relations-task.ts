import { learnBaselines, baselinesOf } from "../../../evaluation/baselines.ts";
import type { Document } from "../../../corpus/document.ts";
import type { PairExample } from "../../../corpus/pairs.ts";
import { pairUnit } from "../../../corpus/unit.ts";
import { pairHeads } from "../../heads/pair-head.ts";
import type { Task } from "../task.ts";
import { card } from "./card.ts";
import { withExcluded } from "../encoded.ts";
import { encodeExamples, withOmitted } from "./encode.ts";
import { abstainFromPairs, evaluatePairs, scoresOfLogits } from "./evaluation.ts";
import { judgePairs } from "./judge.ts";
import { explain } from "./explain.ts";
import { facts, labelFacts } from "./facts.ts";
import { ask, learn, thin, tidy, type ReadSchema } from "./learn.ts";
import type { RelationsLearned } from "./learned.ts";
import { formatLosses } from "./losses.ts";
import { pairCosts, type PairCost } from "./pair-budget.ts";
import { makeExamples } from "./pair-examples.ts";
import { probe } from "./probes.ts";
import { annotate, predict } from "./predict.ts";
import { meet } from "./meet.ts";
import { relationsSettings, type RelationsRun } from "./settings.ts";
import { shownTypesOf } from "./shown-types.ts";
import { start } from "./start.ts";
import { open, store } from "./store.ts";
import { tune } from "./tune.ts";
import { describeStored, storedReading } from "./stored-reading.ts";

/** The reach of the task beyond what it is given, which a browser does not have. */
export interface RelationsReach {
  readonly readSchema: ReadSchema;
  /** The memory that is left for pairs. */
  readonly room: () => PairCost;
}

/**
 * The task that answers which relation holds from one entity to another: every ordered pair of entities gets a label.
 */
export const relationsTask = ({
  readSchema,
  room,
}: RelationsReach): Task<RelationsLearned, PairExample, RelationsRun> => ({
  name: "relations",
  unit: pairUnit,
  settings: relationsSettings,
  tidy,
  learn: (corpus, settings, notices) => learn(corpus, settings, notices, readSchema),
  examples(documents, { schema, bounds, goldLabels: id2label = schema.id2label }, doing, notices) {
    const gold = id2label === schema.id2label ? schema : { ...schema, id2label };
    const cost = doing === "score" ? pairCosts.evaluate(schema.id2label.length) : pairCosts.train;
    return makeExamples(documents, { schema: gold, bounds, notices }, { cost, doing, room: room() });
  },
  ask,
  thin,
  withBaselines: (examples, learned) => ({
    ...learned,
    baselines: learnBaselines(examples, learned.id2label.length, {
      noRelationId: learned.noRelationId,
      multiLabel: learned.multiLabel,
    }),
  }),
  start,
  head: ({ pairFeatures }) => pairHeads[pairFeatures],
  async encode(tokenizer, { examples, excluded, omitted }, { encoding, markers }, maxLength) {
    const encoded = await encodeExamples(tokenizer, examples, { encoding, markers, maxLength });
    return withOmitted(withExcluded(encoded, excluded), omitted);
  },
  losses: formatLosses,
  trainingBatchSize,
  scoringBatchSize: ({ encoding }) => ({ pair: 64, document: 8 })[encoding],
  score: (encoded, logits, { decoding, thresholds, calibration, goldLabels }) =>
    scoresOfLogits(encoded, logits, decoding, { thresholds, calibration }, goldLabels),
  tune,
  meet,
  evaluate(encoded, scored, { baselines, decoding, noRelationId }, sources) {
    const rivals = baselines ? baselinesOf(baselines, noRelationId) : [];
    return evaluatePairs(encoded, scored, decoding, rivals, sources);
  },
  abstain: abstainFromPairs,
  judge: judgePairs,
  probe,
  symmetricLabels: ({ schema: { rules } }) =>
    [...rules].flatMap(([label, { symmetric }]) => (symmetric ? [label] : [])),
  shownTypes: shownTypesOf,
  card,
  predict: (model, inputs, options) => predict(model, inputs, options, room()),
  explain,
  annotate,
  store,
  storedReading,
  describeStored,
  open,
  facts,
  labelFacts,
});

/** Chooses for document encoding a power of two up to 16, so that the texts of a step have some 200 ordered pairs. */
function trainingBatchSize({ encoding }: RelationsLearned, texts: readonly Document[]): number {
  if (encoding === "pair") return 32;
  const pairs = texts.reduce((sum, { entities: { length } }) => sum + length * (length - 1), 0);
  const wanted = (200 * texts.length) / Math.max(1, pairs);
  return 2 ** Math.floor(Math.log2(Math.min(16, Math.max(1, wanted))));
}
