import { z } from "zod";
import type { ScoredPart } from "../evaluation/scored-part.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import type { FileDigest } from "../files/file-digest.ts";
import { isPlainFileName } from "./file-names.ts";

/** A file that a model was made with. */
export interface DataFile {
  readonly path: string;
  readonly sha256: string;
  readonly documents: number;
  /** The part that the file is, if it is none of the files that are split. */
  readonly part?: ScoredPart | undefined;
}

/**
 * `relata.json`: the contents of a model folder and their origin. It is written last: a folder that has it is whole.
 */
export interface RelataManifest {
  readonly version: 2;
  readonly createdWith: { readonly relata: string; readonly onnxruntime: string };
  /** The task's name and its stored part; `Task.open` reads it. */
  readonly task: { readonly name: string } & Readonly<Record<string, unknown>>;
  /**
   * `id2label[id]` is the label of a class; `noRelationLabel` is one of them, or null if every label means something.
   */
  readonly labels: { readonly noRelationLabel: string | null; readonly id2label: readonly string[] };
  readonly entityTypes: readonly string[];
  /** The longest text, in tokens. */
  readonly maxLength: number;
  /** The protocol of the scores, in words. */
  readonly protocol: string;
  readonly data: readonly DataFile[];
  /** The whole resolved configuration of the run. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly scores: Readonly<Record<string, unknown>> | null;
  /** The number of optimizer steps that made the weights. */
  readonly step: number;
  /** The base of an adapter, by the files of its weights; absent for a folder with weights of its own. */
  readonly adapter?: { readonly base: string; readonly weights: Readonly<Record<string, FileDigest>> } | undefined;
  /** The files that were written, by name. */
  readonly files: Readonly<Record<string, FileDigest>>;
}

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits");
const fileName = z.string().refine(isPlainFileName, "expected the name of a file in this folder");

const digests = z.record(fileName, z.strictObject({ bytes: count, sha256 }));

export const relataManifest: z.ZodType<RelataManifest> = z.strictObject({
  version: z.literal(2, "this Relata reads versions 1 and 2; use the Relata that wrote the folder, or a newer one"),
  createdWith: z.strictObject({ relata: z.string(), onnxruntime: z.string() }),
  task: z.looseObject({ name: z.string().min(1) }),
  labels: z
    .strictObject({ noRelationLabel: z.string().nullable(), id2label: z.array(z.string()).min(1) })
    .refine(({ id2label }) => new Set(id2label).size === id2label.length, "a label stands twice in id2label")
    .refine(
      ({ noRelationLabel, id2label }) => noRelationLabel === null || id2label.includes(noRelationLabel),
      "noRelationLabel is not in id2label",
    ),
  entityTypes: z.array(z.string()),
  maxLength: z.int().min(1),
  protocol: z.string(),
  data: z.array(
    z.strictObject({
      path: z.string(),
      sha256,
      documents: count,
      part: z.enum(["validation", "test"]).optional(),
    }),
  ),
  settings: z.record(z.string(), z.unknown()),
  scores: z.record(z.string(), z.unknown()).nullable(),
  step: count,
  adapter: z.strictObject({ base: z.string().min(1), weights: digests }).optional(),
  files: digests,
});

/** Keys that belong to `task` since version 2; before, every folder was one of relations. */
const keysOfRelations = ["encoding", "markers", "pairFeatures", "schema", "baselines"] as const;

/** Converts a manifest of version 1 to version 2; leaves anything else as it is. */
function upgraded(json: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (json["version"] !== 1) return json;
  const isOfTask = (key: string): boolean => keysOfRelations.some((one) => one === key);
  const entries = Object.entries(json);
  return {
    ...Object.fromEntries(entries.filter(([key]) => !isOfTask(key))),
    version: 2,
    task: { name: "relations", ...Object.fromEntries(entries.filter(([key]) => isOfTask(key))) },
  };
}

/** Parses a manifest. @throws CheckpointError that names the field, if the JSON is not a manifest */
export function parseManifest(json: Readonly<Record<string, unknown>>, path: string): RelataManifest {
  const result = relataManifest.safeParse(upgraded(json));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join(".") || "the whole";
  throw new CheckpointError("bad manifest", {
    file: path,
    expected: "the fields of relata.json",
    found: `in ${field}: ${issue?.message}`,
  });
}

/** Formats a manifest as indented JSON with a final newline; the same manifest gives the same text. */
export const formatManifest = (manifest: RelataManifest): string => `${JSON.stringify(manifest, null, 2)}\n`;
