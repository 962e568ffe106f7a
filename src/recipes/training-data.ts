import type { TrainConfig } from "../config.ts";
import type { Document } from "../corpus/document.ts";
import { learnLabels, noRelationId, type LabelSchema } from "../corpus/labels.ts";
import { thinNegatives } from "../corpus/negatives.ts";
import { NoticeLog, type Notice } from "../corpus/notices.ts";
import { makePairs, type PairExample } from "../corpus/pairs.ts";
import { readCorpus, type CorpusSource } from "../formats/read.ts";
import { splitDocuments } from "../corpus/split.ts";
import { formatSettings } from "../formats/settings.ts";
import { random } from "../random.ts";
import { pickSettings } from "../settings.ts";

/** Annotated documents made into pairs to learn from and pairs to be scored on. */
export interface TrainingData {
  readonly sources: readonly CorpusSource[];
  readonly notices: readonly Notice[];
  readonly schema: LabelSchema;
  readonly train: readonly Document[];
  readonly test: readonly Document[];
  /** Every ordered pair of the training documents, for the baselines. */
  readonly allPairs: readonly PairExample[];
  /** Those the model is trained on: fewer without a relation, if so wished. */
  readonly trainPairs: readonly PairExample[];
  /** Every ordered pair of the held-out documents. */
  readonly testPairs: readonly PairExample[];
}

export async function readTrainingData(paths: readonly string[], config: TrainConfig): Promise<TrainingData> {
  const { seed, testSize, noRelationLabel, negativesPerPositive } = config;
  const corpus = await readCorpus(paths, pickSettings(formatSettings, config));
  const log = new NoticeLog();
  const schema = learnLabels(corpus.documents, noRelationLabel, log);
  const { train, test } = splitDocuments(corpus.documents, { testSize, seed });
  const pairsOf = (documents: readonly Document[]): PairExample[] =>
    documents.flatMap((document) => makePairs(document, schema, log));
  const allPairs = pairsOf(train);
  const testPairs = pairsOf(test);
  const none = noRelationId(schema);
  const trainPairs = thinNegatives(allPairs, {
    negativesPerPositive,
    noRelationId: none,
    random: random(seed, "negatives"),
  });

  const seen = new Set(allPairs.map(({ label }) => label));
  for (const [id, label] of schema.id2label.entries()) {
    if (!seen.has(id)) {
      log.add("label-unseen", "labels that occur in no training document, so that they cannot be learnt", {
        file: label,
      });
    }
  }
  return {
    sources: corpus.sources,
    notices: [...corpus.notices, ...log.list()],
    schema,
    train,
    test,
    allPairs,
    trainPairs,
    testPairs,
  };
}

/** Types of the entities, sorted; "" where a format has none is left out. */
export const entityTypesOf = (documents: readonly Document[]): string[] =>
  [...new Set(documents.flatMap(({ entities }) => entities.map(({ type }) => type)))]
    .filter((type) => type !== "")
    .sort();
