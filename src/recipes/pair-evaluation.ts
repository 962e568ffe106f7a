import type { CorpusSource } from "../formats/read.ts";
import type { PairExample } from "../corpus/pairs.ts";
import type { LabelSchema } from "../corpus/labels.ts";
import { noRelationId } from "../corpus/labels.ts";
import { argmax } from "../evaluation/argmax.ts";
import { compareWithBaselines, type Baseline, type NamedScores, type Unbeaten } from "../evaluation/baselines.ts";
import { addUnscored, confusionOf, type ConfusionMatrix } from "../evaluation/confusion.ts";
import { worstMistakes, type Mistakes, type PairPrediction } from "../evaluation/mistakes.ts";
import { scoresOf, type Scores } from "../evaluation/scores.ts";
import { decodeSentences, officialScore, type OfficialScore, type SentenceLabel } from "../evaluation/semeval2010.ts";
import type { EncodedPairs } from "./encoded-pairs.ts";
import { crossEntropyOf, softmax } from "./prediction-session.ts";

/** Everything said about a model on one set of documents, at natural prevalence: all ordered pairs count. */
export interface PairEvaluation {
  readonly scores: Scores;
  readonly confusion: ConfusionMatrix;
  readonly baselines: readonly (NamedScores & { readonly description: string })[];
  /** On what the model is not better than a baseline; empty when it beats both everywhere. */
  readonly unbeaten: readonly Unbeaten[];
  readonly mistakes: Mistakes;
  /** Pairs that could not be given to the model: they count as NO_REL. */
  readonly unscored: number;
  /** Present where all documents are of SemEval-2010 Task 8. */
  readonly official?: OfficialScore;
}

/** Scores of logits alone, for the checkpoints on the way. */
export function scoresOfLogits(
  { encoded, unencodable }: EncodedPairs<PairExample>,
  logits: readonly Float32Array[],
  schema: LabelSchema,
): { scores: Scores; confusion: ConfusionMatrix } {
  const none = noRelationId(schema);
  const gold = encoded.map(({ pair }) => pair.label);
  const scored = confusionOf(gold, logits.map(argmax), schema.id2label);
  const confusion = addUnscored(
    scored,
    unencodable.map(({ pair }) => pair.label),
    none,
  );
  const loss = logits.reduce((sum, row, i) => sum + crossEntropyOf(row, gold[i]!), 0) / Math.max(1, logits.length);
  return { confusion, scores: scoresOf(confusion, { noRelationId: none, loss }) };
}

/** The whole evaluation, with baselines on the same pairs. */
export function evaluatePairs(
  pairs: EncodedPairs<PairExample>,
  logits: readonly Float32Array[],
  schema: LabelSchema,
  baselines: readonly Baseline[],
  sources: readonly CorpusSource[],
): PairEvaluation {
  const { scores, confusion } = scoresOfLogits(pairs, logits, schema);
  const none = noRelationId(schema);
  const all = [...pairs.encoded.map(({ pair }) => pair), ...pairs.unencodable.map(({ pair }) => pair)];
  const gold = all.map(({ label }) => label);
  const rivals = baselines.map((baseline) => ({
    name: baseline.name,
    description: baseline.description,
    scores: scoresOf(
      confusionOf(
        gold,
        all.map((pair) => baseline.predict(pair)),
        schema.id2label,
      ),
      { noRelationId: none },
    ),
  }));
  const predictions = pairs.encoded.map(({ pair }, i): PairPrediction => ({
    example: pair,
    probabilities: softmax(logits[i]!),
  }));
  return {
    scores,
    confusion,
    baselines: rivals,
    unbeaten: compareWithBaselines(scores, rivals, ["accuracy", "macro_f1", "relation_macro_f1", "relation_micro_f1"]),
    mistakes: worstMistakes(predictions, schema.id2label),
    unscored: pairs.unencodable.length,
    ...(sources.every(({ formats }) => formats.join() === "semeval2010")
      ? { official: semevalScore(all, predictions, schema) }
      : {}),
  };
}

/** The official score reads one label per sentence; ours come from its two ordered pairs. */
function semevalScore(
  all: readonly PairExample[],
  predictions: readonly PairPrediction[],
  schema: LabelSchema,
): OfficialScore {
  const none = noRelationId(schema);
  const direction = ({ head }: PairExample): "e1,e2" | "e2,e1" => (head === 0 ? "e1,e2" : "e2,e1");
  const gold = new Map<string, SentenceLabel>();
  for (const pair of all) {
    if (pair.label !== none)
      gold.set(pair.document.id, { relation: schema.id2label[pair.label]!, direction: direction(pair) });
    else if (!gold.has(pair.document.id)) gold.set(pair.document.id, "Other");
  }
  const decoded = decodeSentences(
    [...gold.keys()],
    predictions.map(({ example, probabilities }) => ({
      sentence: example.document.id,
      direction: direction(example),
      probabilities,
    })),
    schema.id2label,
    none,
  );
  return officialScore([...gold].map(([id, label]) => ({ gold: label, predicted: decoded.labels.get(id)! })));
}
