import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";
import { DataError, InputMissingError, UsageError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { versions } from "../version.ts";
import { scoringOptions } from "./settings.ts";

export const planName = "manifest.json";

/** SHA-256 in hexadecimal. */
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

const identity = z.strictObject({
  /** As it was named; a folder by its absolute path. */
  name: z.string(),
  sha256: digest,
  tokenizerSha256: digest,
});
export type ModelIdentity = z.infer<typeof identity>;

/** Rows of a file: the bytes from `start` to `end` (exclusive), of which the first is that of line `line`. */
const shard = z.strictObject({
  uri: z.string(),
  start: count,
  end: count,
  line: z.int().positive(),
  rows: count,
  /** Of these bytes. */
  sha256: digest,
});
export type Shard = z.infer<typeof shard>;

const manifest = z.strictObject({
  version: z.literal(1),
  /** Follows from everything below but `created`: the same plan has the same id. */
  run: z.string(),
  created: z.string(),
  code: z.strictObject({ relata: z.string(), onnxruntime: z.string() }),
  model: identity,
  entities: identity.optional(),
  options: scoringOptions,
  maxRejects: count,
  /** Rows set aside when the inputs were read, before there were shards; they stand in `input/`. */
  rejects: count,
  inputs: z.array(z.strictObject({ path: z.string(), uri: z.string(), format: z.string(), rows: count, bytes: count })),
  shards: z.array(shard),
});
export type Manifest = z.infer<typeof manifest>;

/** Adds version, id and time to the content of a plan. */
export function manifestOf(content: Omit<Manifest, "version" | "run" | "created" | "code">): Manifest {
  const whole = { code: { ...versions }, ...content };
  const run = createHash("sha256").update(JSON.stringify(whole)).digest("hex").slice(0, 16);
  return { version: 1, run, created: new Date().toISOString(), ...whole };
}

/** Writes the plan, a line for each shard, so that it can be looked through. */
export async function writeManifest(folder: string, { shards, ...head }: Manifest): Promise<void> {
  const lines = shards.map((one) => `    ${JSON.stringify(one)}`).join(",\n");
  const text = JSON.stringify({ ...head, shards: [] }, null, 2).replace(/\[\]\n\}$/, `[\n${lines}\n  ]\n}`);
  await writeFileAtomic(join(folder, planName), `${text}\n`);
}

/** Reads the plan of a run. @throws InputMissingError if there is none; DataError for one that is damaged */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, planName);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    throw new InputMissingError(
      `${folder} holds no ${planName}, so it is no folder of a scoring run. Make one with: relata score plan MODEL INPUT… --output ${folder}`,
    );
  }
  let read: z.ZodSafeParseResult<Manifest>;
  try {
    read = manifest.safeParse(JSON.parse(text));
  } catch {
    throw new DataError("the plan is no JSON: it was changed or cut short. Plan the run again in another folder.", {
      file: path,
    });
  }
  if (read.success) return read.data;
  const { path: at, message } = read.error.issues[0]!;
  throw new DataError(
    `the plan cannot be used: ${at.join(".")}: ${message}. Plan the run again in another folder with this version of Relata.`,
    { file: path },
  );
}

/** Refuses to mix the answers of two versions in one output. @throws UsageError */
export function requireSameCode({ code }: Manifest): void {
  if (code.relata === versions.relata && code.onnxruntime === versions.onnxruntime) return;
  const named = (of: typeof code): string => `Relata ${of.relata} with ONNX Runtime ${of.onnxruntime}`;
  throw new UsageError(
    `The run was planned by ${named(code)}, and this is ${named(versions)}: their answers may differ in the last digits. ` +
      "Run all shards with the version of the plan, or plan the run again.",
  );
}

/** The URI of a file: relative where it lies in the folder of the run, so that the folder can be moved. */
export function uriOf(folder: string, path: string): string {
  const root = resolve(folder) + sep;
  const whole = resolve(path);
  if (!whole.startsWith(root)) return pathToFileURL(whole).href;
  return pathToFileURL(whole).href.slice(pathToFileURL(root).href.length);
}

/** The path of a URI of the plan. @throws UsageError for anything but a file */
export function pathOfUri(folder: string, uri: string): string {
  const url = new URL(uri, pathToFileURL(resolve(folder) + sep));
  if (url.protocol === "file:") return fileURLToPath(url);
  throw new UsageError(
    `The plan names ${uri}: only files are read. Mount the storage as a folder, and plan the run again with its path.`,
  );
}
