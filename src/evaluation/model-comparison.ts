import type { Unit } from "../corpus/unit.ts";
import type { SourceLocation } from "../errors.ts";
import { confusionOfSets } from "./confusion.ts";
import type { JudgedByBoth, Judgment } from "./judgments.ts";
import { holm, mcNemar, type McNemar } from "./mcnemar.ts";
import { excerptOf, type ExcerptPart } from "./mistakes.ts";
import { Resamples } from "./resamples.ts";
import { scoresOf, type MetricName, type Scores } from "./scores.ts";

/** The second model's value less the first's, with the 95 % interval of the paired bootstrap by document. */
export interface Difference {
  readonly first: number;
  readonly second: number;
  readonly difference: number;
  /** Absent if there are too few documents; so is `p`. */
  readonly low?: number;
  readonly high?: number;
  readonly p?: number;
}

/** A relation or type, and how the two models find it. */
export interface LabelDifference extends Difference {
  readonly label: string;
  readonly support: number;
  /** `p`, adjusted for the number of labels by Holm's method. */
  readonly adjustedP?: number;
  readonly mcNemar: McNemar;
}

/** An answer in which the models differ. */
export interface ChangedAnswer {
  /** `fixed`: only the second is right. `broken`: only the first is. `other`: both are wrong, in different ways. */
  readonly kind: "fixed" | "broken" | "other";
  readonly document: string;
  readonly at: SourceLocation | undefined;
  /** Labels; none where nothing holds. */
  readonly gold: readonly string[];
  readonly first: readonly string[];
  readonly second: readonly string[];
  readonly probabilities: readonly [number | null, number | null];
  readonly excerpt: readonly ExcerptPart[];
}

/** Two models on the same annotated documents. */
export interface ModelComparison {
  readonly unit: Unit;
  readonly documents: number;
  readonly places: number;
  /** 0 if there are too few documents for intervals. */
  readonly resamples: number;
  readonly scores: readonly [Scores, Scores];
  readonly metrics: readonly (Difference & { readonly metric: MetricName })[];
  readonly labels: readonly LabelDifference[];
  readonly mcNemar: McNemar;
  readonly changed: readonly ChangedAnswer[];
}

const noLabel = "(nothing)";
const context = 60;

/**
 * Compares two models place by place, by the paired bootstrap over documents and by McNemar's test.
 * @param noRelationLabel the name for places where nothing holds, if the task has one
 */
export function compareModels(
  places: readonly JudgedByBoth[],
  unit: Unit,
  noRelationLabel: string | undefined,
): ModelComparison {
  const names = [...new Set(places.flatMap(({ gold, answers }) => [gold, ...answers.map(labelsOf)].flat()))].sort();
  const id2label = [noRelationLabel ?? noLabel, ...names];
  const ids = new Map(names.map((name, i) => [name, i + 1]));
  const idsOf = (labels: readonly string[]): readonly number[] =>
    labels.length > 0 ? labels.map((label) => ids.get(label)!) : [0];
  const metrics: readonly MetricName[] =
    noRelationLabel === undefined
      ? ["macro_f1", "micro_f1"]
      : ["macro_f1", "accuracy", "relation_macro_f1", "relation_micro_f1"];
  // Where every place has something, 0 is the label of what was not found, and no label counts.
  const counted = metrics.map((metric) =>
    noRelationLabel === undefined ? (`relation_${metric}` as MetricName) : metric,
  );
  const gold = places.map((place) => idsOf(place.gold));
  const answers = ([0, 1] as const).map((i) => places.map((place) => idsOf(labelsOf(place.answers[i]))));
  const judged = places.map(({ document }, i) => ({
    document,
    gold: gold[i]!,
    predicted: answers.map((one) => one[i]!),
  }));
  const measures = [...counted, ...names.map((_, i) => i + 1)];
  const resamples = new Resamples(judged, 2, measures, { labelCount: id2label.length, noRelationId: 0 });
  const differenceAt = (measure: number): Difference => {
    const [first, second] = [resamples.value(0, measure), resamples.value(1, measure)];
    const interval = resamples.resamples > 0 ? resamples.interval(1, measure, 0) : {};
    return { first, second, difference: second - first, ...interval };
  };
  const scores = answers.map((one) => scoresOf(confusionOfSets(gold, one, id2label), { unit }));
  const ofLabels = names.map((label, i) => ({
    label,
    support: scores[0]!.perLabel[i + 1]!.support,
    ...differenceAt(counted.length + i),
    mcNemar: discordant(places, (labels, right) => labels.includes(label) === right.includes(label)),
  }));
  const adjusted = holm(ofLabels.map(({ p }) => p ?? 1));
  return {
    unit,
    documents: resamples.documents,
    places: places.length,
    resamples: resamples.resamples,
    scores: scores as [Scores, Scores],
    metrics: metrics.map((metric, i) => ({ metric, ...differenceAt(i) })),
    labels: ofLabels.map((one, i) => (one.p === undefined ? one : { ...one, adjustedP: adjusted[i]! })),
    mcNemar: discordant(places, isSame),
    changed: places.flatMap((place) => changeOf(place) ?? []),
  };
}

const labelsOf = (judgment: Judgment | undefined): readonly string[] => judgment?.predicted ?? [];

function discordant(
  places: readonly JudgedByBoth[],
  isRight: (labels: readonly string[], gold: readonly string[]) => boolean,
): McNemar {
  let [onlyFirst, onlySecond] = [0, 0];
  for (const { gold, answers } of places) {
    const [first, second] = answers.map((answer) => isRight(labelsOf(answer), gold));
    if (first && !second) onlyFirst++;
    if (second && !first) onlySecond++;
  }
  return mcNemar(onlyFirst, onlySecond);
}

function changeOf({ document, spans, gold, answers }: JudgedByBoth): ChangedAnswer | undefined {
  const [first, second] = answers.map(labelsOf) as [readonly string[], readonly string[]];
  if (isSame(first, second)) return undefined;
  return {
    kind: isSame(second, gold) ? "fixed" : isSame(first, gold) ? "broken" : "other",
    document: document.id,
    at: document.source,
    gold,
    first,
    second,
    probabilities: [answers[0]?.probability ?? null, answers[1]?.probability ?? null],
    excerpt: excerptOf(document.text, spans, context),
  };
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((label) => b.includes(label));
