import { CheckpointError } from "../checkpoint/checkpoint-error.ts";
import type { RelataManifest } from "../checkpoint/manifest.ts";
import type { LabelSchema } from "../corpus/labels.ts";
import { UsageError } from "../errors.ts";
import { maxWords } from "../luke/config.ts";
import type { SessionOptions } from "../runtime/session.ts";
import type { LukeTokenizer } from "../tokenization/luke-tokenizer.ts";
import { openCheckpoint, type Checkpoint } from "./checkpoint.ts";
import { PredictionSession } from "./prediction-session.ts";

interface OpenedModel {
  readonly folder: string;
  /** Null for a folder that transformers wrote. */
  readonly manifest: RelataManifest | null;
  readonly tokenizer: LukeTokenizer;
  readonly maxLength: number;
  readonly session: PredictionSession;
  /** What a user should know of how the folder was read. */
  readonly notes: readonly string[];
  dispose(): Promise<void>;
}

/** A trained pair classifier, ready to score; made from its folder alone. */
export interface PairModel extends OpenedModel {
  readonly kind: "pair";
  readonly schema: LabelSchema;
}

/** A classifier of entities: each alone (`entity`), or all of a text at once (`span`). */
export interface EntityModel extends OpenedModel {
  readonly kind: "entity" | "span";
  readonly id2label: readonly string[];
  readonly isMultiLabel: boolean;
}

export interface ModelOptions extends SessionOptions {
  /** For a pair classifier whose folder does not say which of its labels means that there is no relation. */
  readonly noRelationLabel?: string | undefined;
}

/**
 * Opens a folder of Relata or of one of LUKE's classifiers in `transformers`.
 * @throws CheckpointError if it is no complete classifier, naming what is missing or does not fit; UsageError if a pair
 * classifier does not say which label means no relation.
 */
export async function openModel(path: string, options: ModelOptions = {}): Promise<PairModel | EntityModel> {
  const checkpoint = await openCheckpoint(path);
  const { head, id2label, manifest, config, tokenizer, weights, notes, isMultiLabel } = checkpoint;
  const schema = head.name === "pair" ? pairSchema(checkpoint, options.noRelationLabel) : undefined;
  const session = await PredictionSession.create(config, id2label.length, weights, tokenizer.padding, {
    ...options,
    head,
  });
  const opened: OpenedModel = {
    folder: path,
    manifest,
    tokenizer,
    maxLength: manifest?.maxLength ?? Math.min(maxWords(config), tokenizer.maxLength),
    session,
    notes,
    dispose: () => session.dispose(),
  };
  if (head.name === "pair") return { ...opened, kind: head.name, schema: schema! };
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

function pairSchema({ folder, manifest, id2label }: Checkpoint, wanted: string | undefined): LabelSchema {
  const noRelationLabel = wanted ?? manifest?.labels.noRelationLabel ?? usualNoRelationLabel(id2label);
  if (noRelationLabel !== undefined && id2label.includes(noRelationLabel)) return { noRelationLabel, id2label };
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
