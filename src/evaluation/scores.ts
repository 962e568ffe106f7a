import { columnSums, type ConfusionMatrix } from "./confusion.ts";
import { UsageError } from "../errors.ts";
import { pairUnit, type Unit } from "../corpus/unit.ts";

/** Counts and ratios of one label. A ratio over nothing is 0; `zeroReason` of `zero-reasons.ts` explains it. */
export interface LabelScores {
  readonly id: number;
  readonly label: string;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  /** Gold examples of this label. */
  readonly support: number;
  /** Examples predicted to have this label. */
  readonly predicted: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export type AverageScores = Pick<LabelScores, "precision" | "recall" | "f1" | "support" | "predicted">;

/** All numbers of one system on one data set, 0 to 1, with the protocol of each. */
export interface Scores {
  /** How many examples were counted, in `unit`. */
  readonly count: number;
  /** `pairs`, `entities` */
  readonly unit: string;
  /** Null if no label stands for the absence of a relation. */
  readonly noRelationId: number | null;
  readonly accuracy: number;
  readonly microF1: number;
  readonly macroF1: number;
  readonly relationMicroF1: number;
  readonly relationMacroF1: number;
  /** Share of the pairs without a relation for which one was predicted; 0 if there is no no-relation label. */
  readonly falsePositiveRate: number;
  /** Mean cross-entropy in nats per example, if the caller measured it. */
  readonly loss?: number | undefined;
  readonly perLabel: readonly LabelScores[];
  /** For each number a phrase that says how it was computed, and over which labels. */
  readonly protocol: Readonly<Record<ScoreField, string>>;
  /** A phrase with the number of examples counted, and of those without a relation. */
  readonly prevalence: string;
}

/** The fields of `Scores` that are headline numbers. */
export type ScoreField =
  | "accuracy"
  | "microF1"
  | "macroF1"
  | "relationMicroF1"
  | "relationMacroF1"
  | "falsePositiveRate"
  | "loss";

/** Metrics by which a best model can be chosen, as settings and files spell them. */
export const metricNames = [
  "macro_f1",
  "micro_f1",
  "accuracy",
  "relation_macro_f1",
  "relation_micro_f1",
  "loss",
] as const;

export type MetricName = (typeof metricNames)[number];

const metricFields = {
  macro_f1: "macroF1",
  micro_f1: "microF1",
  accuracy: "accuracy",
  relation_macro_f1: "relationMacroF1",
  relation_micro_f1: "relationMicroF1",
  loss: "loss",
} as const satisfies Record<MetricName, ScoreField>;

/** The metrics that these scores have: no loss that was not measured, none of relations without a no-relation label. */
export const metricsOf = ({ loss, noRelationId }: Scores): MetricName[] =>
  metricNames.filter(
    (name) => (name !== "loss" || loss !== undefined) && (noRelationId !== null || !isOfRelations(name)),
  );

/** Whether a metric leaves the no-relation label out, and so needs one. */
export const isOfRelations = (name: MetricName): boolean => name.startsWith("relation_");

/** @throws UsageError for a metric that leaves the no-relation label out, if there is none */
export function requireMetric(name: MetricName, noRelationId: number | null, task: string): void {
  if (noRelationId !== null || !isOfRelations(name)) return;
  throw new UsageError(
    `--metric ${name}: with --task ${task} every label means something, so there is none to leave out. ` +
      `Choose ${name.replace("relation_", "")}, or another.`,
  );
}

/** The scores of the no-relation label, if there is one. */
export const noRelationOf = ({ noRelationId, perLabel }: Scores): LabelScores | undefined =>
  noRelationId === null ? undefined : perLabel[noRelationId];

/** The value of a metric. It is an error to ask for a loss that was not measured. */
export function metricValue(scores: Scores, name: MetricName): number {
  const value = scores[metricFields[name]];
  if (value === undefined) throw new Error(`These scores hold no ${name}: hand the measured value to scoresOf.`);
  return value;
}

/** The protocol of a metric: what it counts and over which labels; `Scores.prevalence` names the examples. */
export const metricProtocol = (scores: Scores, name: MetricName): string => scores.protocol[metricFields[name]];

export const greaterIsBetter = (name: MetricName): boolean => name !== "loss";

/** Whether `value` is strictly better than `other`; a value that is not a number never is. */
export const isBetter = (name: MetricName, value: number, other: number): boolean =>
  greaterIsBetter(name) ? value > other : value < other;

/**
 * Derives scores from counts, with the definitions of scikit-learn (`f1_score(average=..., zero_division=0)`): averages
 * go over the labels that occur in gold or predictions; the `relation` ones leave the no-relation label out.
 * @param options.noRelationId null if no label stands for the absence of a relation
 */
export function scoresOf(
  confusion: ConfusionMatrix,
  options: { noRelationId?: number | null; loss?: number | undefined; unit?: Unit } = {},
): Scores {
  const { noRelationId = 0, loss, unit = pairUnit } = options;
  const predicted = columnSums(confusion);
  const perLabel = confusion.id2label.map((_, id) => labelScoresOf(confusion, id, predicted[id]!));
  const count = sum(perLabel.map((label) => label.support));
  const relations = perLabel.filter((label) => label.id !== noRelationId);
  const noRelation = noRelationId === null ? undefined : perLabel[noRelationId];
  return {
    count,
    unit: unit.many,
    noRelationId,
    accuracy: ratio(sum(perLabel.map((label) => label.truePositives)), count),
    microF1: microAverage(perLabel).f1,
    macroF1: macroAverage(perLabel).f1,
    relationMicroF1: microAverage(relations).f1,
    relationMacroF1: macroAverage(relations).f1,
    falsePositiveRate: noRelation ? ratio(noRelation.falseNegatives, noRelation.support) : 0,
    loss,
    perLabel,
    protocol: noRelationId === null ? plainProtocol(perLabel, unit) : protocolOf(perLabel, noRelation),
    prevalence: noRelationId === null ? `${count} ${unit.many}` : prevalenceOf(noRelation, count),
  };
}

/** Ratios of summed counts. */
export function microAverage(labels: readonly LabelScores[]): AverageScores {
  const support = sum(labels.map((label) => label.support));
  const predicted = sum(labels.map((label) => label.predicted));
  return { support, predicted, ...ratios(sum(labels.map((label) => label.truePositives)), predicted, support) };
}

/** Plain means over the labels that occur in gold or predictions; support and predictions are summed. */
export function macroAverage(labels: readonly LabelScores[]): AverageScores {
  const present = labels.filter(occurs);
  const mean = (key: "precision" | "recall" | "f1"): number => ratio(sum(present.map((l) => l[key])), present.length);
  const { support, predicted } = microAverage(labels);
  return { support, predicted, precision: mean("precision"), recall: mean("recall"), f1: mean("f1") };
}

/** Whether any example has this label, in gold or predictions. */
export const occurs = (label: LabelScores): boolean => label.support + label.predicted > 0;

function labelScoresOf({ id2label, counts }: ConfusionMatrix, id: number, predicted: number): LabelScores {
  const truePositives = counts[id]![id]!;
  const support = sum(counts[id]!);
  return {
    id,
    label: id2label[id]!,
    truePositives,
    falsePositives: predicted - truePositives,
    falseNegatives: support - truePositives,
    support,
    predicted,
    ...ratios(truePositives, predicted, support),
  };
}

/** Of labels none of which means that nothing holds. */
function plainProtocol(perLabel: readonly LabelScores[], { one, many }: Unit): Record<ScoreField, string> {
  const counted = `${perLabel.filter(occurs).length} of ${perLabel.length} labels occur and count`;
  const nothing = "not counted: every label means something";
  return {
    accuracy: `share of ${many} with the right label`,
    microF1: `F1 of summed counts; ${counted}`,
    macroF1: `plain mean of F1 over labels; ${counted}`,
    relationMicroF1: nothing,
    relationMacroF1: nothing,
    falsePositiveRate: nothing,
    loss: `mean cross-entropy per ${one} in nats`,
  };
}

function protocolOf(perLabel: readonly LabelScores[], noRelation: LabelScores | undefined): Record<ScoreField, string> {
  const name = noRelation?.label ?? "no relation";
  const present = perLabel.filter(occurs);
  const relations = present.filter((label) => label !== noRelation).length;
  const counted = `${present.length} of ${perLabel.length} labels occur and count, ${name} included`;
  const left = `${relations} relations occur and count, ${name} left out`;
  return {
    accuracy: `share of pairs with the right label, ${name} included`,
    microF1: `F1 of summed counts, direction counted; ${counted}`,
    macroF1: `plain mean of F1 over labels, direction counted; ${counted}`,
    relationMicroF1: `F1 of summed counts, direction counted; ${left}`,
    relationMacroF1: `plain mean of F1 over relations, direction counted; ${left}`,
    falsePositiveRate: `share of the ${noRelation?.support ?? 0} gold ${name} pairs that were given a relation`,
    loss: `mean cross-entropy per pair in nats, ${name} included`,
  };
}

function prevalenceOf(noRelation: LabelScores | undefined, pairs: number): string {
  const share = 100 * ratio(noRelation?.support ?? 0, pairs);
  return `${pairs} pairs, ${share.toFixed(1)} % of them ${noRelation?.label ?? "without relation"} in gold`;
}

const ratios = (
  truePositives: number,
  predicted: number,
  support: number,
): { precision: number; recall: number; f1: number } => ({
  precision: ratio(truePositives, predicted),
  recall: ratio(truePositives, support),
  f1: ratio(2 * truePositives, predicted + support),
});

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** How sentences and pictures name a metric. */
export const metricTitles: Readonly<Record<MetricName, string>> = {
  macro_f1: "macro F1",
  micro_f1: "micro F1",
  accuracy: "accuracy",
  relation_macro_f1: "macro F1 of relations",
  relation_micro_f1: "micro F1 of relations",
  loss: "loss",
};
