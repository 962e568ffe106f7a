import { chooseCandidates } from "../../../corpus/candidates.ts";
import type { Document } from "../../../corpus/document.ts";
import { learnLabels, noRelationId, type LabelSchema } from "../../../corpus/labels.ts";
import { thinNegatives } from "../../../corpus/negatives.ts";
import { noRelationNames, reportLikeNone, withOneNoRelation } from "../../../corpus/no-relation.ts";
import type { NoticeLog } from "../../../corpus/notices.ts";
import type { PairExample } from "../../../corpus/pairs.ts";
import { lastOf, quote } from "../../../quote.ts";
import { schemaOf, type SchemaFile } from "../../../corpus/schema-file.ts";
import { learnSchema, reportViolations, withoutTypes, type RelationSchema } from "../../../corpus/schema.ts";
import { random } from "../../../random.ts";
import { typeWords } from "../../../tokenization/inputs/typed-markers.ts";
import { boundsOf } from "./bounds.ts";
import { entityTypesOf } from "../entity-types.ts";
import type { Asked, LearningCorpus } from "../task.ts";
import type { RelationsLearned } from "./learned.ts";
import type { RelationsRun } from "./settings.ts";
import { reportTypes, reportTypesAlike } from "../type-notices.ts";

/** Reads the file of `--schema`. */
export type ReadSchema = (path: string) => Promise<SchemaFile>;

/** Documents with one label for no relation; labels that only look like it are reported. */
export function tidy(
  documents: readonly Document[],
  { noRelationLabel }: RelationsRun,
  notices: NoticeLog,
): readonly Document[] {
  const names = noRelationNames(noRelationLabel);
  const tidied = withOneNoRelation(documents, names, notices);
  reportLikeNone(tidied, names[0], notices);
  return tidied;
}

/** Labels from all documents, rules from those to train on. */
export async function learn(
  { documents, train, symmetricLabels, reading }: LearningCorpus,
  settings: RelationsRun,
  notices: NoticeLog,
  readSchema: ReadSchema,
): Promise<RelationsLearned> {
  const names = noRelationNames(settings.noRelationLabel);
  const labels = learnLabels(documents, names[0], notices, reading);
  const schema = await schemaFor(train, symmetricLabels, labels, settings, { notices, readSchema });
  const candidates = candidatesOf(settings);
  // A learnt schema that bounds nothing is no rule that a pair could break.
  if (settings.schema !== undefined || candidates === "schema") reportViolations(documents, schema, notices);
  const { encoding, markers, pairFeatures } = settings;
  const entityTypes = entityTypesOf(train);
  if (encoding === "pair" && markers === "typed") {
    reportTypesAlike(entityTypes, notices);
    const shown = { by: "words", known: entityTypes.map(typeWords) } as const;
    for (const { entities, source, id } of documents) reportTypes(entities, shown, notices, source ?? { file: id });
  }
  return {
    id2label: schema.id2label,
    multiLabel: schema.multiLabel,
    noRelationId: noRelationId(schema),
    noRelationNames: names,
    schema,
    decoding: candidates === "schema" ? schema : withoutTypes(schema),
    candidates,
    bounds: boundsOf(schema, candidates, settings),
    encoding,
    markers,
    pairFeatures,
    thresholds: undefined,
    calibration: undefined,
    entityTypes,
    baselines: null,
  };
}

/** The schema of `--schema`, or the one that the training documents follow. */
async function schemaFor(
  train: readonly Document[],
  symmetricLabels: readonly string[],
  labels: LabelSchema,
  { schema: path, multiLabel }: RelationsRun,
  { notices, readSchema }: { readonly notices: NoticeLog; readonly readSchema: ReadSchema },
): Promise<RelationSchema> {
  if (path === undefined) return learnSchema(train, labels, { multiLabel, symmetricLabels });
  const file = await readSchema(path);
  const named = Object.entries(file.relations).flatMap(([label, { inverse }]) => [label, inverse ?? label]);
  for (const label of new Set(named)) {
    if (label !== labels.noRelationLabel && labels.id2label.includes(label)) continue;
    notices.add("schema-label-unknown", "names in the schema that are no relation of the documents, not used", {
      file: lastOf(path),
      detail: quote(label),
    });
  }
  return { ...schemaOf(labels, file), multiLabel: multiLabel || file.multiLabel };
}

/** Resolves `auto` of `--candidates`: types that no relation joins need no model. */
const candidatesOf = ({ candidates }: RelationsRun): "all" | "schema" =>
  candidates === "auto" ? "schema" : candidates;

/** Separates the pairs that the model is asked about from those that a bound leaves out. */
export function ask(
  examples: readonly PairExample[],
  { bounds }: RelationsLearned,
): Omit<Asked<PairExample>, "omitted"> {
  const { candidates, excluded } = chooseCandidates(examples, bounds);
  return {
    examples: candidates,
    excluded: excluded.map(({ pair: example, why, message }) => ({ example, why, message })),
  };
}

/** Thins the pairs without a relation to train on, if `--negatives-per-positive` is given. */
export const thin = (
  examples: readonly PairExample[],
  { noRelationId: none }: RelationsLearned,
  { negativesPerPositive, negatives, seed }: RelationsRun,
): readonly PairExample[] =>
  thinNegatives(examples, {
    negativesPerPositive,
    strategy: negatives,
    noRelationId: none,
    random: random(seed, "negatives"),
  });
