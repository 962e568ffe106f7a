import type { CorpusSource } from "../../../formats/read.ts";
import type { PairExample } from "../../../corpus/pairs.ts";
import { noRelationId } from "../../../corpus/labels.ts";
import type { RelationSchema } from "../../../corpus/schema.ts";
import { compareWithBaselines, type Baseline, type NamedScores, type Unbeaten } from "../../../evaluation/baselines.ts";
import { compareByDocument, type Comparison } from "../../../evaluation/bootstrap.ts";
import { confusionOfSets, type ConfusionMatrix } from "../../../evaluation/confusion.ts";
import { decodePairs, type DecodedPair, type Thresholds } from "../../../evaluation/decoding.ts";
import { worstMistakes, type Mistakes } from "../../../evaluation/mistakes.ts";
import { binaryCrossEntropyOf, crossEntropyOf } from "../../../evaluation/probabilities.ts";
import { scoresOf, type Scores } from "../../../evaluation/scores.ts";
import {
  decodeSentences,
  officialScore,
  type OfficialScore,
  type SentenceLabel,
} from "../../../evaluation/semeval2010.ts";
import { rowsOfPairs, type EncodedPairs } from "./encode.ts";

/** Everything said about a model on one set of documents, at natural prevalence: all ordered pairs count. */
export interface PairEvaluation {
  readonly scores: Scores;
  readonly confusion: ConfusionMatrix;
  readonly baselines: readonly (NamedScores & { readonly description: string })[];
  /** On what the model is not better than a baseline; empty when it beats all of them everywhere. */
  readonly unbeaten: readonly Unbeaten[];
  /** Whether the differences to the baselines may be chance. */
  readonly comparison: Comparison;
  readonly mistakes: Mistakes;
  /** Pairs that the model was not shown: they count as NO_REL. */
  readonly unscored: number;
  /** Those of them that have a relation: misses. */
  readonly unscoredRelated: number;
  /** Present where all documents are of SemEval-2010 Task 8. */
  readonly official?: OfficialScore;
}

/** The answers to a set of pairs, ready to be counted. */
export interface DecodedEvaluation {
  readonly decoded: readonly DecodedPair<PairExample>[];
  readonly scores: Scores;
  readonly confusion: ConfusionMatrix;
}

/**
 * Scores of logits [pairs, labels] by text.
 * @param id2label the labels of the pairs: those of the schema, which has the labels of the logits, and perhaps others
 * after them, which are never predicted and of which there is no loss
 */
export function scoresOfLogits(
  { texts, unscored }: EncodedPairs<PairExample>,
  logits: readonly Float32Array[],
  schema: RelationSchema,
  thresholds?: Thresholds,
  id2label: readonly string[] = schema.id2label,
): DecodedEvaluation {
  const none = noRelationId(schema);
  const rows = rowsOfPairs(texts, logits);
  const decoded = decodePairs(rows, schema, thresholds);
  const confusion = confusionOfSets(
    [...decoded.map(({ pair }) => pair.labels), ...unscored.map(({ pair }) => pair.labels)],
    [...decoded.map(({ labels }) => labels), ...unscored.map(() => [none])],
    id2label,
    none,
  );
  const lossOf = ({ pair, logits: row }: (typeof rows)[number]): number =>
    schema.multiLabel ? binaryCrossEntropyOf(row, pair.labels) : crossEntropyOf(row, pair.label);
  const known = rows.filter(({ pair }) => pair.labels.every((label) => label < schema.id2label.length));
  const loss = known.reduce((sum, row) => sum + lossOf(row), 0) / Math.max(1, known.length);
  const scores = scoresOf(confusion, { noRelationId: none, loss });
  return { decoded, confusion, scores: known.length === rows.length ? scores : withoutUnknownLoss(scores) };
}

const withoutUnknownLoss = (scores: Scores): Scores => ({
  ...scores,
  protocol: { ...scores.protocol, loss: `${scores.protocol.loss}; pairs whose label the model does not know left out` },
});

const compared = ["accuracy", "macro_f1", "relation_macro_f1", "relation_micro_f1"] as const;

/** The whole evaluation, with baselines on the same pairs. */
export function evaluatePairs(
  pairs: EncodedPairs<PairExample>,
  { decoded, scores, confusion }: DecodedEvaluation,
  schema: RelationSchema,
  baselines: readonly Baseline[],
  sources: readonly CorpusSource[],
): PairEvaluation {
  const none = noRelationId(schema);
  const { id2label } = confusion;
  const all = [...decoded.map(({ pair }) => pair), ...pairs.unscored.map(({ pair }) => pair)];
  const given = [...decoded.map(({ labels }) => labels), ...pairs.unscored.map(() => [none])];
  const answers = baselines.map((baseline) => all.map((pair) => baseline.predict(pair)));
  const rivals = baselines.map(({ name, description }, i) => ({
    name,
    description,
    scores: scoresOf(
      confusionOfSets(
        all.map(({ labels }) => labels),
        answers[i]!,
        id2label,
        none,
      ),
      { noRelationId: none },
    ),
  }));
  const comparison = compareByDocument(
    all.map(({ document, labels }, i) => ({
      document,
      gold: labels,
      predicted: [given[i]!, ...answers.map((ofBaseline) => ofBaseline[i]!)],
    })),
    baselines.map(({ name }) => name),
    compared,
    { labelCount: id2label.length, noRelationId: none },
  );
  const predictions = decoded.map(({ pair, probabilities, labels }) => ({ example: pair, probabilities, labels }));
  return {
    scores,
    confusion,
    baselines: rivals,
    unbeaten: compareWithBaselines(scores, rivals, compared),
    comparison,
    mistakes: worstMistakes(predictions, id2label),
    unscored: pairs.unscored.length,
    unscoredRelated: pairs.unscored.filter(({ pair }) => pair.label !== none).length,
    ...(sources.every(({ formats }) => formats.join() === "semeval2010")
      ? { official: semevalScore(all, decoded, schema, id2label) }
      : {}),
  };
}

/** The official score reads one label per sentence; ours come from its two ordered pairs. */
function semevalScore(
  all: readonly PairExample[],
  decoded: readonly DecodedPair<PairExample>[],
  schema: RelationSchema,
  id2label: readonly string[],
): OfficialScore {
  const none = noRelationId(schema);
  const direction = ({ head }: PairExample): "e1,e2" | "e2,e1" => (head === 0 ? "e1,e2" : "e2,e1");
  const gold = new Map<string, SentenceLabel>();
  for (const pair of all) {
    if (pair.label !== none)
      gold.set(pair.document.id, { relation: id2label[pair.label]!, direction: direction(pair) });
    else if (!gold.has(pair.document.id)) gold.set(pair.document.id, "Other");
  }
  const sentences = decodeSentences(
    [...gold.keys()],
    decoded.map(({ pair, probabilities }) => ({
      sentence: pair.document.id,
      direction: direction(pair),
      probabilities,
    })),
    schema.id2label,
    none,
  );
  return officialScore([...gold].map(([id, label]) => ({ gold: label, predicted: sentences.labels.get(id)! })));
}
