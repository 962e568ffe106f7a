import { basename } from "node:path";
import type { StartingConfig } from "./starting-settings.ts";
import { chooseCandidates, type CandidateBounds, type Candidates } from "../corpus/candidates.ts";
import type { Document } from "../corpus/document.ts";
import { learnLabels, noRelationId, type LabelSchema } from "../corpus/labels.ts";
import { thinNegatives } from "../corpus/negatives.ts";
import { noRelationNames, reportLikeNone, withOneNoRelation } from "../corpus/no-relation.ts";
import { NoticeLog, type Notice } from "../corpus/notices.ts";
import { reportPartedSources } from "../corpus/parted-sources.ts";
import { makePairs, type PairExample } from "../corpus/pairs.ts";
import { quote } from "../quote.ts";
import { schemaOf } from "../corpus/schema-file.ts";
import { learnSchema, reportViolations, type RelationSchema } from "../corpus/schema.ts";
import { splitDocuments } from "../corpus/split.ts";
import { readCorpus, type Corpus, type CorpusSource } from "../formats/read.ts";
import { formatSettings } from "../formats/settings.ts";
import { UsageError } from "../errors.ts";
import { random, shuffled } from "../random.ts";
import { pickSettings } from "../settings.ts";
import { typeWords } from "../tokenization/inputs/typed-markers.ts";
import { readSchema } from "../model/tasks/relations/read-schema.ts";
import { reportTypes, reportTypesAlike } from "../model/tasks/relations/type-notices.ts";

/** Annotated documents made into pairs to learn from and pairs to be scored on. */
export interface TrainingData {
  readonly sources: readonly CorpusSource[];
  readonly notices: readonly Notice[];
  readonly schema: RelationSchema;
  readonly bounds: CandidateBounds;
  readonly train: readonly Document[];
  readonly test: readonly Document[];
  /** Every ordered pair of the training documents, for the baselines. */
  readonly allPairs: readonly PairExample[];
  /** Those the model is trained on: within the bounds, and fewer without a relation, if so wished. */
  readonly trainPairs: readonly PairExample[];
  /** Those of the training documents that a bound leaves out. */
  readonly trainExcluded: Candidates<PairExample>["excluded"];
  /** Every ordered pair of the held-out documents. */
  readonly testPairs: readonly PairExample[];
}

export async function readTrainingData(paths: readonly string[], config: StartingConfig): Promise<TrainingData> {
  const { seed, testSize, groupBy } = config;
  const names = noRelationNames(config.noRelationLabel);
  const [noRelationLabel] = names;
  const read = await readCorpus(paths, pickSettings(formatSettings, config));
  const log = new NoticeLog();
  const corpus = { ...read, documents: withOneNoRelation(read.documents, names, log) };
  reportLikeNone(corpus.documents, noRelationLabel, log);
  const labels = learnLabels(corpus.documents, noRelationLabel, log);
  const split = splitDocuments(corpus.documents, { testSize, seed: config.splitSeed ?? seed, groupBy }, log);
  const { test } = split;
  reportPartedSources(split.train, test, log);
  const train = drawDocuments(split.train, config);
  const schema = await schemaFor(corpus, train, labels, config, log);
  // What was merely learnt, and bounds nothing, is no rule to break.
  if (config.schema !== undefined || candidatesOf(config) === "schema") reportViolations(corpus.documents, schema, log);
  if (config.encoding === "pair" && config.markers === "typed") {
    const types = entityTypesOf(train);
    reportTypesAlike(types, log);
    const shown = { by: "words", known: types.map(typeWords) } as const;
    for (const { entities, source, id } of corpus.documents) reportTypes(entities, shown, log, source ?? { file: id });
  }
  const bounds = boundsOf(schema, config);
  const pairsOf = (documents: readonly Document[]): PairExample[] =>
    documents.flatMap((document) => makePairs(document, schema, log));
  const allPairs = pairsOf(train);
  const testPairs = pairsOf(test);
  const none = noRelationId(schema);
  const { candidates, excluded: trainExcluded } = chooseCandidates(allPairs, bounds);
  const trainPairs = thinNegatives(candidates, {
    negativesPerPositive: config.negativesPerPositive,
    strategy: config.negatives,
    noRelationId: none,
    random: random(seed, "negatives"),
  });

  const seen = new Set(allPairs.flatMap((pair) => pair.labels));
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
    bounds,
    train,
    test,
    allPairs,
    trainPairs,
    trainExcluded,
    testPairs,
  };
}

/**
 * Some of the training documents, in their order. The same seed draws them in one order, so that fewer are some of more.
 * @throws UsageError for more than there are.
 */
function drawDocuments(train: readonly Document[], { trainDocuments, seed }: StartingConfig): readonly Document[] {
  if (trainDocuments === undefined) return train;
  if (trainDocuments > train.length) {
    throw new UsageError(
      `--train-documents: ${train.length} documents are not held out; found ${trainDocuments}. Give fewer, or leave the flag out.`,
    );
  }
  // By id, as the split is: the order of the file does not matter.
  const byId = [...train].sort((a, b) => (a.id < b.id ? -1 : 1));
  const drawn = new Set(shuffled(byId, random(seed, "train-documents")).slice(0, trainDocuments));
  return train.filter((document) => drawn.has(document));
}

/** The schema of `--schema`, or what the training documents follow. */
async function schemaFor(
  { symmetricLabels }: Corpus,
  train: readonly Document[],
  labels: LabelSchema,
  { schema: path, multiLabel }: StartingConfig,
  log: NoticeLog,
): Promise<RelationSchema> {
  if (path === undefined) return learnSchema(train, labels, { multiLabel, symmetricLabels });
  const file = await readSchema(path);
  const named = Object.entries(file.relations).flatMap(([label, { inverse }]) => [label, inverse ?? label]);
  for (const label of new Set(named)) {
    if (label !== labels.noRelationLabel && labels.id2label.includes(label)) continue;
    log.add("schema-label-unknown", "names in the schema that are no relation of the documents, not used", {
      file: basename(path),
      detail: quote(label),
    });
  }
  return { ...schemaOf(labels, file), multiLabel: multiLabel || file.multiLabel };
}

function boundsOf(schema: RelationSchema, config: StartingConfig): CandidateBounds {
  const { maxDistance, maxPairs } = config;
  return { schema: candidatesOf(config) === "schema" ? schema : undefined, maxDistance, maxPairs };
}

/** What `--candidates auto` comes to. */
export const candidatesOf = ({ candidates, encoding }: StartingConfig): "all" | "schema" =>
  candidates !== "auto" ? candidates : encoding === "document" ? "schema" : "all";

/** Types of the entities, sorted; "" where a format has none is left out. */
export const entityTypesOf = (documents: readonly Document[]): string[] =>
  [...new Set(documents.flatMap(({ entities }) => entities.map(({ type }) => type)))]
    .filter((type) => type !== "")
    .sort();
