import { CheckpointError } from "../../../model/checkpoint-error.ts";
import { noRelationId } from "../../../corpus/labels.ts";
import { noRelationNames } from "../../../corpus/no-relation.ts";
import { formatSchema, schemaOf } from "../../../corpus/schema-file.ts";
import { openSchema, withoutTypes } from "../../../corpus/schema.ts";
import { UsageError } from "../../../errors.ts";
import { defaultThreshold } from "../../../evaluation/decoding.ts";
import type { OpeningFacts, StoredTask } from "../task.ts";
import { boundsOf } from "./bounds.ts";
import type { RelationsLearned } from "./learned.ts";
import { storedRelations, type StoredRelations } from "./stored.ts";

export function store(learned: RelationsLearned): StoredTask {
  const { encoding, markers, pairFeatures, schema, candidates, bounds, baselines, calibration } = learned;
  return {
    name: "relations",
    encoding,
    markers,
    pairFeatures,
    schema: {
      ...formatSchema(schema),
      candidates,
      maxPairs: bounds.maxPairs ?? null,
      maxDistance: bounds.maxDistance ?? null,
      thresholds: thresholdsByLabel(learned),
    },
    calibration: calibration
      ? {
          ...calibration,
          offsets: Object.fromEntries(
            learned.id2label.flatMap((label, id) =>
              calibration.offsets[id] ? [[label, calibration.offsets[id]]] : [],
            ),
          ),
        }
      : null,
    baselines,
  };
}

/**
 * The learnt thresholds by label; the no-relation label has none, since it is that of a pair that reaches no threshold.
 * Where a pair has one label all are stored: without them the most probable label is given.
 */
const thresholdsByLabel = ({
  id2label,
  noRelationId: none,
  thresholds,
  multiLabel,
}: RelationsLearned): Record<string, number> =>
  Object.fromEntries(
    id2label.flatMap((label, id) => {
      const threshold = thresholds?.[id] ?? defaultThreshold;
      const isStored = multiLabel ? threshold !== defaultThreshold : thresholds !== undefined;
      return id !== none && isStored ? [[label, threshold]] : [];
    }),
  );

/** The stored part of relations, or undefined if the folder is one of another task or of transformers. */
export function storedRelationsOf(manifest: { readonly task: StoredTask } | null): StoredRelations | undefined {
  if (!manifest) return undefined;
  const { task } = manifest;
  const stored = task.name === "both" ? (task["relations"] as StoredTask) : task;
  return stored.name === "relations" ? readStored(stored, "relata.json") : undefined;
}

export function readStored(task: StoredTask, file: string): StoredRelations {
  const result = storedRelations.safeParse(task);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new CheckpointError("bad manifest", {
    file,
    expected: "the fields of the task relations",
    found: `in task.${issue?.path.join(".") ?? ""}: ${issue?.message}`,
  });
}

/** Opens the task. @throws UsageError if neither the folder nor `--no-relation-label` names the no-relation label */
export function open({ folder, id2label, isMultiLabel, manifest, ...given }: OpeningFacts): RelationsLearned {
  const stored = manifest ? readStored(manifest.task, folder) : undefined;
  const noRelationLabel = noRelationLabelOf({ folder, id2label, manifest, ...given });
  const labels = { noRelationLabel, id2label };
  const schema = stored?.schema ? schemaOf(labels, stored.schema) : openSchema(labels, isMultiLabel);
  const candidates = stored?.schema?.candidates ?? "all";
  const decoding = stored?.schema && candidates === "all" ? withoutTypes(schema) : schema;
  const trained = manifest?.settings["noRelationLabel"];
  const alike = given.noRelationLabel ?? (typeof trained === "string" ? trained : undefined);
  const others = (alike === undefined ? [] : noRelationNames(alike)).filter((name) => name !== noRelationLabel);
  return {
    id2label,
    multiLabel: schema.multiLabel,
    noRelationId: noRelationId(schema),
    noRelationNames: [noRelationLabel, ...others],
    schema,
    decoding,
    candidates,
    bounds: boundsOf(schema, candidates, {
      maxPairs: given.maxPairs ?? stored?.schema?.maxPairs ?? undefined,
      maxDistance: stored?.schema?.maxDistance ?? undefined,
    }),
    encoding: stored?.encoding ?? "pair",
    markers: stored?.markers ?? "plain",
    pairFeatures: stored?.pairFeatures ?? "states",
    thresholds: openThresholds(id2label, schema.multiLabel, stored?.schema?.thresholds),
    calibration: stored?.calibration
      ? {
          ...stored.calibration,
          offsets: id2label.map((label) => stored.calibration!.offsets[label] ?? 0),
        }
      : undefined,
    entityTypes: manifest?.entityTypes ?? [],
    baselines: stored?.baselines ?? null,
  };
}

function openThresholds(
  id2label: readonly string[],
  isMultiLabel: boolean,
  stored: Readonly<Record<string, number>> = {},
): readonly number[] | undefined {
  if (!isMultiLabel && Object.keys(stored).length === 0) return undefined;
  return id2label.map((label) => stored[label] ?? defaultThreshold);
}

function noRelationLabelOf({
  folder,
  id2label,
  manifest,
  noRelationLabel: wanted,
}: Pick<OpeningFacts, "folder" | "id2label" | "manifest" | "noRelationLabel">): string {
  // The flag may give several names: the model has one of them, and the data may have the others.
  const names = wanted === undefined ? [] : noRelationNames(wanted);
  const given = names.find((name) => id2label.includes(name)) ?? wanted;
  const label = given ?? manifest?.labels.noRelationLabel ?? usualNoRelationLabel(id2label);
  if (label !== undefined && id2label.includes(label)) return label;
  const known = label === undefined ? "" : `: ${label} is none of them`;
  throw new UsageError(
    `Cannot decide which label of ${folder} means that there is no relation${known}. ` +
      `Its labels are ${id2label.join(", ")}. Name one with --no-relation-label.`,
  );
}

/** The names of the no-relation label in TACRED, SemEval-2010, KBP37, NYT and Relata. */
const usualNames = ["no_rel", "no_relation", "other", "na", "none", "no-rel"];
const usualNoRelationLabel = (id2label: readonly string[]): string | undefined =>
  id2label.find((label) => usualNames.includes(label.toLowerCase()));
