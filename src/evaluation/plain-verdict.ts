import type { NamedScores } from "./baselines.ts";
import type { Comparison } from "./bootstrap.ts";
import type { ConfusionMatrix } from "./confusion.ts";
import type { DistanceBin } from "./distances.ts";
import { mixUps } from "./mix-ups.ts";
import { metricValue, microAverage, noRelationOf, type LabelScores, type Scores } from "./scores.ts";
import type { Unit } from "../corpus/unit.ts";

/** The figures that a verdict is made of; all of them are on the same page. */
export interface VerdictFacts {
  readonly unit: Unit;
  readonly scores: Scores;
  readonly confusion: ConfusionMatrix;
  readonly baselines: readonly NamedScores[];
  readonly comparison: Comparison;
  /** How many training examples each label has, by its name; absent where nobody knows. */
  readonly trained?: ReadonlyMap<string, number> | undefined;
  readonly distances?: readonly DistanceBin[] | undefined;
}

/** A label, or several, and what is to be said of it; no label if it is true of all. */
export interface VerdictItem {
  readonly labels: readonly string[];
  readonly text: string;
}

export type PointKind = "good" | "weak" | "confuses" | "never" | "far" | "rule" | "few";

/** One thing to know of a model, with the labels it is true of; the most important first. */
export interface VerdictPoint {
  readonly kind: PointKind;
  readonly items: readonly VerdictItem[];
}

/** The strengths and weaknesses of a model, in words for people who have never read a score. */
export interface PlainVerdict {
  readonly lead: readonly string[];
  /** Whether it is better than every rule: surely, perhaps by chance, or not; undefined if there is none to compare with. */
  readonly standing: "surely" | "perhaps" | "not" | undefined;
  readonly points: readonly VerdictPoint[];
}

/** Annotated examples below which a label is not judged, and the share from which it is called good. */
export const verdictBounds = { few: 5, good: 0.8, fewTrained: 10 } as const;

/** Judges a model from the figures of its evaluation. */
export function plainVerdict(facts: VerdictFacts): PlainVerdict {
  const { scores, confusion } = facts;
  const labels = scores.perLabel.filter(
    ({ id, support, predicted }) => id !== scores.noRelationId && support + predicted > 0,
  );
  const rivals = new Map(facts.comparison.labels.map(({ id, rival }) => [id, rival]));
  const { few: least, good: high } = verdictBounds;
  const never = labels.filter(({ support, truePositives }) => support > 0 && truePositives === 0);
  const few = labels.filter((label) => label.support < least && !never.includes(label));
  const judged = labels.filter((label) => !never.includes(label) && !few.includes(label));
  const ruled = judged.filter(({ id }) => (rivals.get(id)?.difference ?? 1) <= 0);
  const isHigh = ({ precision, recall }: LabelScores): boolean => precision >= high && recall >= high;
  const good = judged.filter(isHigh);
  const weak = judged.filter((label) => !isHigh(label));
  const points: VerdictPoint[] = [
    { kind: "good", items: byF1(good, -1).map((label) => ({ labels: [label.label], text: counts(label) })) },
    { kind: "weak", items: byF1(weak).map((label) => ({ labels: [label.label], text: weakness(label, facts) })) },
    { kind: "confuses", items: mixUps(confusion, nothingOf(scores, confusion)) },
    {
      kind: "never",
      items: never
        .toSorted((a, b) => b.support - a.support)
        .map((label) => ({ labels: [label.label], text: reason(label, facts) })),
    },
    { kind: "far", items: farApart(facts) },
    {
      kind: "rule",
      items: byF1(ruled).map((label) => {
        const { baseline, f1, difference } = rivals.get(label.id)!;
        const [theirs, ours] = apart(f1, label.f1);
        const text =
          difference < 0
            ? `the rule “${baseline}” is better: F1 ${theirs}, the model ${ours}`
            : `the rule “${baseline}” is exactly as good: F1 ${theirs}`;
        return { labels: [label.label], text };
      }),
    },
    {
      kind: "few",
      items: few.map(({ label, support, predicted, truePositives }) => ({
        labels: [label],
        text: `${support} annotated, ${predicted} predicted, ${truePositives} right`,
      })),
    },
  ];
  return { ...lead(facts), points: points.filter(({ items }) => items.length > 0) };
}

/** The label that means that nothing holds, of pairs or of entities; undefined if every label means something. */
export const nothingOf = (scores: Scores, { id2label }: ConfusionMatrix): string | undefined =>
  noRelationOf(scores)?.label ?? id2label[scores.perLabel.length];

/** The label that means that nothing holds, in words: "no relation", "no entity". */
export const nothingWords = ({ one, label }: Unit): string => `no ${one === "pair" ? label : one}`;

const byF1 = (labels: readonly LabelScores[], sign = 1): LabelScores[] =>
  labels.toSorted((a, b) => sign * (a.f1 - b.f1) || b.support - a.support);

/** Two different numbers with as many digits as show that they differ. */
function apart(a: number, b: number): [string, string] {
  const digits = [2, 3].find((count) => a.toFixed(count) !== b.toFixed(count)) ?? 4;
  return a === b ? [a.toFixed(2), b.toFixed(2)] : [a.toFixed(digits), b.toFixed(digits)];
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(0)} %`;

const counts = ({ truePositives, support, predicted }: LabelScores): string =>
  `finds ${truePositives} of ${support}, and ${truePositives} of its ${predicted} answers are right`;

function weakness(label: LabelScores, facts: VerdictFacts): string {
  const { truePositives, support, predicted, precision, recall } = label;
  const missing = support - truePositives;
  const wrong = predicted - truePositives;
  const missed = `misses ${missing} of ${support}${mostly(facts, label.id, missing)}`;
  const extra = `${wrong} of its ${predicted} answers are wrong`;
  const good = verdictBounds.good;
  if (recall < good && precision < good) return `${missed}; ${extra}`;
  return recall < good ? missed : extra;
}

/** The label that most of the missed ones are taken for. */
function mostly({ confusion, scores, unit }: VerdictFacts, id: number, missing: number): string {
  const { counts: matrix, id2label } = confusion;
  const row = matrix[id]!.map((count, other) => (other === id ? 0 : count));
  const most = Math.max(...row);
  const other = id2label[row.indexOf(most)]!;
  const name = other === nothingOf(scores, confusion) ? nothingWords(unit) : other;
  return most * 2 > missing ? ` (${most === missing ? "all" : most} taken for ${name})` : "";
}

function reason(label: LabelScores, facts: VerdictFacts): string {
  const { trained, unit } = facts;
  const { support, predicted, id } = label;
  const learnt = trained?.get(label.label);
  const because =
    learnt === undefined || learnt >= verdictBounds.fewTrained
      ? undefined
      : `because there ${learnt === 1 ? "was" : "were"} only ${learnt} to learn from`;
  const instead =
    predicted > 0
      ? `the ${predicted} that it reports are wrong`
      : `the ${unit.label} is never predicted${mostly(facts, id, support)}`;
  return [`none of ${support}`, because, instead].filter((part) => part !== undefined).join("; ");
}

/** Words between two mentions from which they are called far apart, and the share of near ones' F1 that is called a loss. */
const far = { words: 6, relations: 10, share: 0.75 };

/** Whether relations are found less well where many words stand between the two mentions. */
function farApart({ distances = [], unit }: VerdictFacts): VerdictItem[] {
  const sum = (of: readonly DistanceBin[], key: "gold" | "predicted" | "right"): number =>
    of.reduce((total, bin) => total + bin[key], 0);
  const f1 = (of: readonly DistanceBin[]): number => (2 * sum(of, "right")) / (sum(of, "gold") + sum(of, "predicted"));
  const [near, away] = [
    distances.filter(({ from }) => from < far.words),
    distances.filter(({ from }) => from >= far.words),
  ];
  if (sum(near, "gold") < far.relations || sum(away, "gold") < far.relations) return [];
  if (f1(away) >= far.share * f1(near)) return [];
  const found = (of: readonly DistanceBin[]): string => `${sum(of, "right")} of ${sum(of, "gold")}`;
  const text =
    `with ${far.words} words or more between the two mentions it finds ${found(away)} ${unit.labels}, nearer by ${found(near)}; ` +
    `of its ${sum(away, "predicted")} answers there, ${sum(away, "right")} are right`;
  return [{ labels: [], text }];
}

function lead({ unit, scores, baselines, comparison }: VerdictFacts): Pick<PlainVerdict, "lead" | "standing"> {
  const relations = scores.perLabel.filter(({ id }) => id !== scores.noRelationId);
  const { support, predicted } = microAverage(relations);
  const right = relations.reduce((sum, { truePositives }) => sum + truePositives, 0);
  const isOneEach = scores.noRelationId === null && support === predicted;
  const things = unit.one === "pair" ? "relations" : unit.many;
  const summary = isOneEach
    ? `The model gives ${right} of ${support} ${unit.many} (${percent(right, support)}) the ${unit.label} that was annotated.`
    : support === 0
      ? `Nothing is annotated in these texts, and the model reports ${predicted} ${things}.`
      : predicted === 0
        ? `The model reports nothing, though ${support} ${things} are annotated.`
        : `The model finds ${right} of the ${support} annotated ${things} (${percent(right, support)}), and of the ${predicted} that it reports, ${right} are right (${percent(right, predicted)}).`;
  const metric = scores.noRelationId !== null ? "relation_micro_f1" : isOneEach ? "accuracy" : "micro_f1";
  const best = baselines.toSorted((a, b) => metricValue(b.scores, metric) - metricValue(a.scores, metric))[0];
  if (!best) return { lead: [summary], standing: undefined };
  const rule = `the best rule that does not read the text (“${best.name}”)${ruleCounts(best.scores, right, things)}`;
  const ahead = metricValue(scores, metric) - metricValue(best.scores, metric);
  if (ahead < 0)
    return { lead: [summary, `That is worse than ${rule}: the model is not worth its effort yet.`], standing: "not" };
  if (ahead === 0)
    return {
      lead: [summary, `That is exactly as good as ${rule}: these texts give no reason to prefer the model.`],
      standing: "not",
    };
  const difference = comparison.intervals.find((one) => one.baseline === best.name && one.metric === metric);
  const isSure = difference !== undefined && difference.low > 0;
  const chance = comparison.documents === 1 ? "one document" : `${comparison.documents} documents`;
  return {
    lead: [
      summary,
      `That is better than ${rule}${isSure ? ", and by more than chance" : `; on ${chance} that may be chance`}.`,
    ],
    standing: isSure ? "surely" : "perhaps",
  };
}

function ruleCounts({ perLabel, noRelationId }: Scores, ours: number, things: string): string {
  const relations = perLabel.filter(({ id }) => id !== noRelationId);
  const right = relations.reduce((sum, { truePositives }) => sum + truePositives, 0);
  const { predicted } = microAverage(relations);
  if (predicted === 0) return ", which reports nothing";
  // A rule that finds more, at the price of more wrong answers, is explained by both numbers.
  return right === 0 && ours > 0
    ? ", which finds none"
    : `, which reports ${predicted} ${things}, ${right} of them right`;
}
