import { z } from "zod";
import { schemaFile, type SchemaFile } from "../corpus/schema-file.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import type { FileDigest } from "../files/file-digest.ts";
import { pairFeatureNames, type PairFeatures } from "../nn/pair-features.ts";
import { isPlainFileName, readJsonObject } from "./read-file.ts";

/** `relata.json`: what a model folder holds and where it comes from. Written last: where it stands, the folder is whole. */
export interface RelataManifest {
  readonly version: 1;
  readonly createdWith: { readonly relata: string; readonly onnxruntime: string };
  /** How a text reaches the encoder: once per (head, tail) pair with markers, or once with all its entities. */
  readonly encoding: "pair" | "document";
  /** What stands around head and tail in pair encoding: markers alone, or with the words of the entities' types inside. */
  readonly markers: "plain" | "typed";
  /** What a pair is classified by; weights that `transformers` has not are left out there, so that its answers differ. */
  readonly pairFeatures: PairFeatures;
  /** `id2label[id]` is the label of a class; `noRelationLabel` is one of them, or null where every pair has a relation. */
  readonly labels: { readonly noRelationLabel: string | null; readonly id2label: readonly string[] };
  /** What each relation may join, and how labels are decoded; null in folders from before there were schemas. */
  readonly schema:
    | (SchemaFile & {
        /** Whether pairs that no relation joins by their types are left out. */
        readonly candidates: "all" | "schema";
        readonly maxPairs: number | null;
        /** In characters. */
        readonly maxDistance: number | null;
        /** By label the probability from which on it is given, where pairs may have several labels. */
        readonly thresholds: Readonly<Record<string, number>>;
      })
    | null;
  readonly entityTypes: readonly string[];
  /** In tokens. */
  readonly maxLength: number;
  /** How the scores were made, in words. */
  readonly protocol: string;
  readonly data: readonly { readonly path: string; readonly sha256: string; readonly documents: number }[];
  /** The whole resolved configuration of the run. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly scores: Readonly<Record<string, unknown>> | null;
  /**
   * What the plain baselines learnt from the training pairs: label ids of the majority, of (head type, tail type), and of
   * those with the order of the two and the entities between them.
   */
  readonly baselines: {
    readonly majority: number;
    readonly typePairs: readonly (readonly [head: string, tail: string, label: number])[];
    readonly pairs: number;
    readonly lookup?:
      | { readonly threshold: number; readonly labels: Readonly<Record<string, readonly number[]>> }
      | undefined;
  } | null;
  /** Optimizer steps behind the weights. */
  readonly step: number;
  /** What was written, by file name. */
  readonly files: Readonly<Record<string, FileDigest>>;
}

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits");
const fileName = z.string().refine(isPlainFileName, "expected the name of a file in this folder");

export const relataManifest: z.ZodType<RelataManifest> = z.strictObject({
  version: z.literal(1, "this Relata reads version 1; use the Relata that wrote the folder, or a newer one"),
  createdWith: z.strictObject({ relata: z.string(), onnxruntime: z.string() }),
  encoding: z.enum(["pair", "document"]),
  markers: z.enum(["plain", "typed"]).default("plain"),
  pairFeatures: z.enum(pairFeatureNames).default("states"),
  labels: z
    .strictObject({ noRelationLabel: z.string().nullable(), id2label: z.array(z.string()).min(1) })
    .refine(({ id2label }) => new Set(id2label).size === id2label.length, "a label stands twice in id2label")
    .refine(
      ({ noRelationLabel, id2label }) => noRelationLabel === null || id2label.includes(noRelationLabel),
      "noRelationLabel is not in id2label",
    ),
  schema: schemaFile
    .extend({
      candidates: z.enum(["all", "schema"]),
      maxPairs: count.nullable(),
      maxDistance: count.nullable(),
      thresholds: z.record(z.string(), z.number().gt(0).max(1)),
    })
    .nullable()
    .default(null),
  entityTypes: z.array(z.string()),
  maxLength: z.int().min(1),
  protocol: z.string(),
  data: z.array(z.strictObject({ path: z.string(), sha256, documents: count })),
  settings: z.record(z.string(), z.unknown()),
  scores: z.record(z.string(), z.unknown()).nullable(),
  baselines: z
    .strictObject({
      majority: count,
      typePairs: z.array(z.tuple([z.string(), z.string(), count])),
      pairs: count,
      lookup: z
        .strictObject({ threshold: z.number().min(0).max(1), labels: z.record(z.string(), z.array(count)) })
        .optional(),
    })
    .nullable(),
  step: count,
  files: z.record(fileName, z.strictObject({ bytes: count, sha256 })),
});

const maxManifestBytes = 2 ** 24;

/** @throws CheckpointError that names the field, if the file is not a manifest. */
export async function readManifest(path: string): Promise<RelataManifest> {
  const result = relataManifest.safeParse(await readJsonObject(path, maxManifestBytes));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join(".") || "the whole";
  throw new CheckpointError("bad manifest", {
    file: path,
    expected: "the fields of relata.json",
    found: `in ${field}: ${issue?.message}`,
  });
}

/** Indented JSON with a final newline; the same manifest gives the same text. */
export const formatManifest = (manifest: RelataManifest): string => `${JSON.stringify(manifest, null, 2)}\n`;
