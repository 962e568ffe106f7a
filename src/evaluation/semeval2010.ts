import { argmax } from "./argmax.ts";

/**
 * The official score of SemEval-2010 Task 8 (Hendrickx et al. 2010): scorer v1.2, evaluation (iii), a (9+1)-way
 * classification that takes direction into account.
 */
export const semevalRelations = [
  "Cause-Effect",
  "Component-Whole",
  "Content-Container",
  "Entity-Destination",
  "Entity-Origin",
  "Instrument-Agency",
  "Member-Collection",
  "Message-Topic",
  "Product-Producer",
] as const;

/** The head of a relation comes first: in `e2,e1` the second marked nominal is the head. */
export type Direction = "e1,e2" | "e2,e1";

export interface DirectedLabel {
  readonly relation: string;
  readonly direction: Direction;
}

export type SentenceLabel = DirectedLabel | "Other";

export interface SentencePair {
  readonly gold: SentenceLabel;
  readonly predicted: SentenceLabel;
}

export interface SemevalRelationScores {
  readonly relation: string;
  /** Right relation and right direction. */
  readonly right: number;
  /** Right relation, wrong direction. */
  readonly wrongDirection: number;
  /** Sentences predicted to have this relation, in either direction. */
  readonly predicted: number;
  /** Sentences with this gold relation, in either direction. */
  readonly support: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface OfficialScore {
  /** The official number, 0 to 1 (the scorer prints percent). */
  readonly macroF1: number;
  readonly macroPrecision: number;
  readonly macroRecall: number;
  readonly microF1: number;
  readonly sentences: number;
  readonly perRelation: readonly SemevalRelationScores[];
  readonly protocol: string;
}

/**
 * Macro F1 over the relations of the gold labels (all nine in the released data), Other left out. A relation with the
 * wrong direction counts against precision and recall. A predicted relation that gold never has counts as Other: the
 * scorer does so too.
 */
export function officialScore(pairs: readonly SentencePair[]): OfficialScore {
  const relations = [...new Set(pairs.flatMap(({ gold }) => (gold === "Other" ? [] : [gold.relation])))].sort();
  const perRelation = relations.map((relation) => relationScores(pairs, relation));
  const total = (key: "right" | "predicted" | "support"): number => perRelation.reduce((sum, of) => sum + of[key], 0);
  const mean = (key: "precision" | "recall" | "f1"): number =>
    ratio(
      perRelation.reduce((sum, of) => sum + of[key], 0),
      perRelation.length,
    );
  return {
    macroF1: mean("f1"),
    macroPrecision: mean("precision"),
    macroRecall: mean("recall"),
    microF1: ratio(2 * total("right"), total("predicted") + total("support")),
    sentences: pairs.length,
    perRelation,
    protocol:
      `SemEval-2010 Task 8, scorer v1.2 (iii): macro F1 over ${relations.length} relations, direction counted, Other left ` +
      `out; ${pairs.length} sentences, ${pairs.filter(({ gold }) => gold === "Other").length} of them Other in gold`,
  };
}

function relationScores(pairs: readonly SentencePair[], relation: string): SemevalRelationScores {
  let [right, wrongDirection, predictedCount, support] = [0, 0, 0, 0];
  for (const { gold, predicted } of pairs) {
    const isGold = gold !== "Other" && gold.relation === relation;
    const isPredicted = predicted !== "Other" && predicted.relation === relation;
    if (isGold) support++;
    if (isPredicted) predictedCount++;
    if (!isGold || !isPredicted) continue;
    if (gold.direction === predicted.direction) right++;
    else wrongDirection++;
  }
  return {
    relation,
    right,
    wrongDirection,
    predicted: predictedCount,
    support,
    precision: ratio(right, predictedCount),
    recall: ratio(right, support),
    f1: ratio(2 * right, predictedCount + support),
  };
}

/** The prediction for one ordered pair of a sentence. */
export interface OrderedPairPrediction {
  readonly sentence: string;
  /** `e1,e2` if the first nominal was the head. */
  readonly direction: Direction;
  /** One per label id, sum 1. */
  readonly probabilities: ArrayLike<number>;
  /** The predicted label; the most probable if not given. */
  readonly label?: number | undefined;
}

export interface DecodedSentences {
  /** A label for every sentence asked for, in that order. */
  readonly labels: ReadonlyMap<string, SentenceLabel>;
  /** Sentences without a scored pair; they count as Other, as the scorer treats skipped ones. */
  readonly skipped: readonly string[];
}

/**
 * Chooses one label per sentence from its two ordered pairs: the relation of the pair that predicts one; if both do,
 * the more probable (on ties `e1,e2`); if neither does, Other. Predictions of other sentences are ignored.
 */
export function decodeSentences(
  sentences: readonly string[],
  predictions: readonly OrderedPairPrediction[],
  id2label: readonly string[],
  noRelationId = 0,
): DecodedSentences {
  const best = new Map<string, { label: SentenceLabel; probability: number }>();
  const e1First = [...predictions].sort((a, b) => a.direction.localeCompare(b.direction));
  for (const { sentence, direction, probabilities, label } of e1First) {
    const id = label ?? argmax(probabilities);
    const known = best.get(sentence) ?? { label: "Other", probability: -Infinity };
    best.set(sentence, known);
    if (id === noRelationId || probabilities[id]! <= known.probability) continue;
    best.set(sentence, { label: { relation: id2label[id]!, direction }, probability: probabilities[id]! });
  }
  return {
    labels: new Map(sentences.map((sentence) => [sentence, best.get(sentence)?.label ?? "Other"])),
    skipped: sentences.filter((sentence) => !best.has(sentence)),
  };
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
