import { compareWithBaselines } from "../../../evaluation/baselines.ts";
import { compareByDocument, type Comparison, type JudgedPair } from "../../../evaluation/bootstrap.ts";
import { standardErrorOf } from "../../../evaluation/standard-error.ts";
import { confusionOfSets, type ConfusionMatrix } from "../../../evaluation/confusion.ts";
import type { Evaluation, ScoredAnswers } from "../../../evaluation/evaluation.ts";
import { metricsOf, scoresOf, type MetricName, type Scores } from "../../../evaluation/scores.ts";
import { entityUnit } from "../../../corpus/unit.ts";
import { noEntity, type TextAnswer } from "./answers.ts";
import { mistakesOf } from "./entity-mistakes.ts";
import type { TextExample } from "./learn.ts";
import type { TypedSpan } from "./spans.ts";

/** A simple system that finds entities, and that a model has to beat. */
export interface EntityBaseline {
  readonly name: string;
  readonly description: string;
  find(text: string): readonly TypedSpan[];
}

/** Place by place the types that gold and each system have there: boundaries are the same, or it is another place. */
export function placesOf(
  gold: readonly TypedSpan[],
  systems: readonly (readonly TypedSpan[])[],
): { readonly gold: readonly number[]; readonly predicted: readonly (readonly number[])[] }[] {
  const places = new Map<string, { gold: number[]; predicted: number[][] }>();
  const at = ({ start, end }: TypedSpan): { gold: number[]; predicted: number[][] } => {
    const key = `${start} ${end}`;
    let place = places.get(key);
    if (!place) places.set(key, (place = { gold: [], predicted: systems.map(() => []) }));
    return place;
  };
  for (const span of gold) at(span).gold.push(span.type);
  for (const [i, found] of systems.entries()) for (const span of found) at(span).predicted[i]!.push(span.type);
  return [...places.values()];
}

interface Judged {
  readonly example: TextExample;
  /** By system, the model first. */
  readonly found: readonly (readonly TypedSpan[])[];
}

/** Counts a system's entities against gold; the last label is that of no entity. */
function confusionOf(judged: readonly Judged[], system: number, types: readonly string[]): ConfusionMatrix {
  const places = judged.flatMap(({ example: { gold }, found }) => placesOf(gold, [found[system]!]));
  return confusionOfSets(
    places.map(({ gold }) => gold),
    places.map(({ predicted }) => predicted[0]!),
    [...types, noEntity],
    types.length,
  );
}

interface MeanLoss {
  readonly value: number;
  /** Its meaning. */
  readonly protocol: string;
}

/** Scores of entities: strict, so that boundaries and type must be right. */
function entityScores(confusion: ConfusionMatrix, documents: number, loss?: MeanLoss): Scores {
  const none = confusion.id2label.length - 1;
  const { relationMicroF1, relationMacroF1, perLabel, ...counted } = scoresOf(confusion, {
    noRelationId: none,
    loss: loss?.value,
    unit: entityUnit,
  });
  const types = perLabel.filter(({ id }) => id !== none);
  const gold = types.reduce((sum, { support }) => sum + support, 0);
  const occurring = types.filter(({ support, predicted }) => support + predicted > 0).length;
  const strict = `strict: boundaries and type are right; ${occurring} of ${types.length} types occur and count`;
  const nothing = "not counted: every label means something";
  return {
    ...counted,
    count: gold,
    noRelationId: null,
    microF1: relationMicroF1,
    macroF1: relationMacroF1,
    relationMicroF1,
    relationMacroF1,
    falsePositiveRate: 0,
    perLabel: types,
    protocol: {
      accuracy: "share of all entities, annotated or found, that are right: found as annotated, boundaries and type",
      microF1: `F1 of summed counts of entities, ${strict}`,
      macroF1: `plain mean of F1 over types of entities, ${strict}`,
      relationMicroF1: nothing,
      relationMacroF1: nothing,
      falsePositiveRate: nothing,
      loss: loss?.protocol ?? "none",
    },
    prevalence: `${gold} entities in ${documents} documents`,
  };
}

const judgedOf = (answers: readonly TextAnswer[], unscored: readonly TextExample[]): Judged[] => [
  ...answers.map(({ example, found }) => ({ example, found: [found] })),
  ...unscored.map((example) => ({ example, found: [[]] })),
];

/** Counts the entities that were found; in a text that the model was not shown, none was. */
export function scoreEntities(
  answers: readonly TextAnswer[],
  unscored: readonly TextExample[],
  loss: MeanLoss,
  types: readonly string[],
): ScoredAnswers<TextExample> {
  const judged = judgedOf(answers, unscored);
  const confusion = confusionOf(judged, 0, types);
  return {
    answers,
    confusion,
    scores: entityScores(confusion, judged.length, loss),
    standardError: (metric) =>
      standardErrorOf(placePairs(judged), countedAs(metric), {
        labelCount: types.length + 1,
        noRelationId: types.length,
      }),
  };
}

const compared = { macro_f1: "relation_macro_f1", micro_f1: "relation_micro_f1" } as const;

const countedAs = (metric: MetricName): MetricName =>
  metric === "macro_f1" || metric === "micro_f1" ? compared[metric] : metric;

/** The whole evaluation, with baselines on the same texts. */
export function evaluateEntities(
  { answers, scores, confusion }: ScoredAnswers<TextExample>,
  unscored: readonly TextExample[],
  baselines: readonly EntityBaseline[],
  types: readonly string[],
): Evaluation {
  const ofModel = answers as readonly TextAnswer[];
  const judged = judgedOf(ofModel, unscored).map(({ example, found }) => ({
    example,
    found: [...found, ...baselines.map((baseline) => baseline.find(example.document.text))],
  }));
  const rivals = baselines.map(({ name, description }, i) => ({
    name,
    description,
    scores: entityScores(confusionOf(judged, i + 1, types), judged.length),
  }));
  const metrics = (Object.keys(compared) as MetricName[]).filter((metric) => metricsOf(scores).includes(metric));
  return {
    unit: entityUnit,
    scores,
    confusion,
    baselines: rivals,
    unbeaten: compareWithBaselines(scores, rivals, metrics),
    comparison: comparisonOf(judged, rivals, types),
    mistakes: mistakesOf(ofModel, types),
    unscored: unscored.reduce((sum, { gold }) => sum + gold.length, 0),
    unscoredRelated: unscored.reduce((sum, { gold }) => sum + gold.length, 0),
  };
}

/** The places of entities, as the bootstrap counts them: those without an entity as pairs without a relation. */
const placePairs = (judged: readonly Judged[]): JudgedPair[] =>
  judged.flatMap(({ example: { document, gold }, found }) => {
    const places = placesOf(gold, found);
    // A text without any entity is one of the documents that are resampled.
    const all = places.length > 0 ? places : [{ gold: [], predicted: found.map(() => []) }];
    return all.map((place) => ({ document, ...place }));
  });

function comparisonOf(
  judged: readonly Judged[],
  rivals: readonly { readonly name: string }[],
  types: readonly string[],
): Comparison {
  const comparison = compareByDocument(
    placePairs(judged),
    rivals.map(({ name }) => name),
    Object.values(compared),
    { labelCount: types.length + 1, noRelationId: types.length },
  );
  const renamed = <Interval extends { readonly metric: MetricName }>(interval: Interval): Interval => ({
    ...interval,
    metric: interval.metric.replace("relation_", "") as MetricName,
  });
  return { ...comparison, scores: comparison.scores.map(renamed), intervals: comparison.intervals.map(renamed) };
}
