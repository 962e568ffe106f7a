import { CheckpointError } from "../model/checkpoint-error.ts";
import type { RelataManifest } from "../model/manifest.ts";
import type { CandidateBounds } from "../corpus/candidates.ts";
import { schemaOf } from "../corpus/schema-file.ts";
import { noRelationNames } from "../corpus/no-relation.ts";
import { openSchema, withoutTypes, type RelationSchema } from "../corpus/schema.ts";
import { UsageError } from "../errors.ts";
import { defaultThreshold, type Thresholds } from "../evaluation/decoding.ts";
import type { SessionOptions } from "../runtime/session.ts";
import type { EncoderTokenizer } from "../model/encoders/encoder.ts";
import type { MarkersName } from "../tokenization/inputs/typed-markers.ts";
import { beginCheckpoint, type OpeningCheckpoint } from "../model/checkpoint.ts";
import type { EncodingName } from "../model/tasks/relations/encode.ts";
import { PredictionSession, type PredictionDtype } from "../model/prediction-session.ts";

interface OpenedModel {
  readonly folder: string;
  /** Null for a folder that transformers wrote. */
  readonly manifest: RelataManifest | null;
  readonly tokenizer: EncoderTokenizer;
  readonly maxLength: number;
  readonly session: PredictionSession;
  /** What a user should know of how the folder was read. */
  readonly notes: readonly string[];
  dispose(): Promise<void>;
}

/** A trained pair classifier, ready to score; made from its folder alone. */
export interface PairModel extends OpenedModel {
  readonly kind: "pair";
  readonly encoding: EncodingName;
  readonly markers: MarkersName;
  /** As labels are decoded by it: without types where these bound nothing. */
  readonly schema: RelationSchema;
  readonly bounds: CandidateBounds;
  readonly thresholds: Thresholds;
}

/** A classifier of entities: each alone (`entity`), or all of a text at once (`span`). */
export interface EntityModel extends OpenedModel {
  readonly kind: "entity" | "span";
  readonly id2label: readonly string[];
  readonly isMultiLabel: boolean;
}

export interface ModelOptions extends SessionOptions {
  readonly dtype?: PredictionDtype | undefined;
  /** For a pair classifier whose folder does not say which of its labels means that there is no relation. */
  readonly noRelationLabel?: string | undefined;
}

const int8Note =
  "dense layers of the encoder multiply int8; probabilities differ a little from float32, and with the texts of a batch";

/**
 * Opens a folder of Relata or of one of LUKE's classifiers in `transformers`.
 * @throws CheckpointError if it is no complete classifier, naming what is missing or does not fit; UsageError if a pair
 * classifier does not say which label means no relation.
 */
export async function openModel(path: string, options: ModelOptions = {}): Promise<PairModel | EntityModel> {
  const checkpoint = await beginCheckpoint(path);
  const { encoder, head, id2label, manifest, config, tokenizer, weights, notes, isMultiLabel } = checkpoint;
  let schema: RelationSchema | undefined;
  try {
    if (head.name === "pair") schema = pairSchema(checkpoint, options.noRelationLabel);
  } catch (error) {
    // A damaged file is told first.
    await weights;
    throw error;
  }
  // The graph is built and compiled while the weights are read.
  const session = await PredictionSession.create(
    { encoder, config, head, numLabels: id2label.length },
    weights,
    tokenizer.padding,
    {
      ...options,
      file: path,
    },
  );
  const opened: OpenedModel = {
    folder: path,
    manifest,
    tokenizer,
    maxLength: manifest?.maxLength ?? Math.min(encoder.maxWords(config), tokenizer.maxLength),
    session,
    notes: options.dtype === "int8" ? [...notes, int8Note] : notes,
    dispose: () => session.dispose(),
  };
  if (schema) {
    const { encoding = "pair", markers = "plain", schema: stored } = manifest ?? {};
    const thresholds = schema.id2label.map((label) => stored?.thresholds[label] ?? defaultThreshold);
    const bounds: CandidateBounds = {
      schema: stored?.candidates === "schema" ? schema : undefined,
      maxPairs: stored?.maxPairs ?? undefined,
      maxDistance: stored?.maxDistance ?? undefined,
    };
    return { ...opened, kind: "pair", encoding, markers, schema, bounds, thresholds };
  }
  if (head.name === "pair") throw new Error("internal: a pair classifier has a schema");
  return { ...opened, kind: head.name, id2label, isMultiLabel };
}

/** As `openModel`, for those who need relations. @throws CheckpointError also for a classifier of entities. */
export async function openPairModel(path: string, options: ModelOptions = {}): Promise<PairModel> {
  const model = await openModel(path, options);
  if (model.kind === "pair") return model;
  await model.dispose();
  const facts = {
    file: path,
    expected: "a classifier of entity pairs",
    found: `one of ${model.kind === "entity" ? "single entities" : "spans"}`,
  };
  throw new CheckpointError("the model finds no relations", facts);
}

function pairSchema(
  { folder, manifest, id2label, isMultiLabel }: OpeningCheckpoint,
  wanted: string | undefined,
): RelationSchema {
  // Of several names that the flag has, the one that the model knows; the data may have the others.
  const names = wanted === undefined ? [] : noRelationNames(wanted);
  const given = names.find((name) => id2label.includes(name)) ?? wanted;
  const noRelationLabel = given ?? manifest?.labels.noRelationLabel ?? usualNoRelationLabel(id2label);
  if (noRelationLabel !== undefined && id2label.includes(noRelationLabel)) {
    const labels = { noRelationLabel, id2label };
    if (!manifest?.schema) return openSchema(labels, isMultiLabel);
    const schema = schemaOf(labels, manifest.schema);
    return manifest.schema.candidates === "schema" ? schema : withoutTypes(schema);
  }
  const known = noRelationLabel === undefined ? "" : `: ${noRelationLabel} is none of them`;
  throw new UsageError(
    `Cannot tell which label of ${folder} means that there is no relation${known}. ` +
      `Its labels are ${id2label.join(", ")}. Name one with --no-relation-label.`,
  );
}

/** As TACRED, SemEval-2010, KBP37, NYT and Relata call it. */
const usualNames = ["no_rel", "no_relation", "other", "na", "none", "no-rel"];
const usualNoRelationLabel = (id2label: readonly string[]): string | undefined =>
  id2label.find((label) => usualNames.includes(label.toLowerCase()));
