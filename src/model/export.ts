import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { adapterConfigName, configName, manifestName, nextManifestName, weightsName } from "./file-names.ts";
import { toFloat16 } from "./weights/float16.ts";
import { readManifest } from "./read-manifest.ts";
import { prepareOutputFolder, saveModelFolder } from "./folder.ts";
import { fileSize, readFileUpTo, readJsonObject } from "./read-file.ts";
import { writeSafetensors, type StoredWeight } from "./weights/safetensors/write.ts";
import { UsageError } from "../errors.ts";
import { storedReadingOf } from "./tasks/tasks.ts";
import { formatTokenizerJson } from "../tokenization/tokenizers/format-tokenizer-json.ts";
import { tokenizerFileNames } from "../tokenization/tokenizers/tokenizer-files.ts";
import { openCheckpoint, type OpenedFiles } from "./checkpoint.ts";
import { requireExportable, writeOnnx, type OnnxSizes } from "./export-onnx.ts";

export interface ExportOptions extends OnnxSizes {
  readonly format: "safetensors" | "onnx";
  readonly dtype: "float32" | "float16";
}

type Files = Readonly<Record<string, string | Uint8Array>>;

/** The size in bytes of the largest file that is copied. */
const maxFileBytes = 2 ** 28;

/**
 * Writes a classifier's folder again for others to use: as a model folder with its weights in one file of safetensors,
 * or as an ONNX graph (`writeOnnx`) with config.json and the tokenizer's files, tokenizer.json among them. Only the special entities of the entity
 * table are kept, and vocabulary and config.json agree with that; no answer changes.
 *
 * float16 halves the files and rounds the weights to 11 binary digits. A model folder is read back as float32, and the
 * graph casts to float32 before it computes: this saves storage, not time.
 * @param output an empty folder, or one that does not exist
 * @returns the files that were written, by name
 * @throws CheckpointError if the folder is no complete classifier or a weight too large for float16, UsageError if the
 * output folder is not empty or the sizes cannot be had.
 */
export async function exportModel(
  folder: string,
  output: string,
  options: ExportOptions,
): Promise<{ name: string; bytes: number }[]> {
  const { format, dtype, ...sizes } = options;
  if (format === "safetensors" && Object.values(sizes).some((size) => size !== undefined)) {
    throw new UsageError("Sizes of a batch are fixed in an ONNX graph alone: weights in safetensors have none.");
  }
  const checkpoint = await openCheckpoint(folder, { complete: format === "safetensors" });
  if (format === "onnx") requireExportable(checkpoint, sizes);
  await prepareOutputFolder(output);
  const { weights: trained, tokenizer } = checkpoint;
  const weights = dtype === "float16" ? toFloat16(trained, folder) : trained;
  const files: Files = {
    ...tokenizer.files(checkpoint.head.name),
    [configName]: await formatConfig(checkpoint, dtype),
  };
  if (format === "onnx") {
    await writeFiles(output, { ...files, ...wholeTokenizer(files, tokenizer.words.tokenizerClass) });
    await writeOnnx(output, checkpoint, weights, sizes);
  } else await writeModelFolder(output, checkpoint, weights, { ...(await otherFiles(folder)), ...files });
  return filesIn(output);
}

/** The tokenizer in one file, for programs that know no classes of `transformers`; nothing if it cannot be had. */
function wholeTokenizer(files: Files, tokenizerClass: string): Files {
  const json = formatTokenizerJson(files, tokenizerClass);
  return json === undefined ? {} : { "tokenizer.json": json };
}

/** Notes for users who give texts to an exported graph, which has no relata.json beside it. */
export async function notesOnGraph(folder: string): Promise<readonly string[]> {
  const path = join(folder, manifestName);
  return (await fileSize(path)) === undefined ? [] : storedReadingOf(await readManifest(path)).notes;
}

/** Makes the config.json of the export: the model's own, except for the keys that an export changes. */
async function formatConfig({ folder, encoder, config }: OpenedFiles, dtype: string): Promise<string> {
  const path = join(folder, configName);
  // `dtype` is a newer name of `torch_dtype`; transformers of either age reads the older.
  const { dtype: _, ...kept } = await readJsonObject(path, maxFileBytes);
  const before = encoder.formatConfig(encoder.parseConfig(kept, path));
  // The sizes that changed because vocabulary was left out.
  const sizes = Object.entries(encoder.formatConfig(config)).filter(([key, value]) => value !== before[key]);
  const changed = { ...kept, ...Object.fromEntries(sizes), torch_dtype: dtype };
  return `${JSON.stringify(changed, null, 2)}\n`;
}

async function writeModelFolder(
  output: string,
  { manifest }: OpenedFiles,
  weights: ReadonlyMap<string, StoredWeight>,
  files: Files,
): Promise<void> {
  if (manifest) {
    // Of an adapter, the merged weights are written.
    const { adapter: _, ...facts } = manifest;
    await saveModelFolder(output, { files, weights, manifest: facts });
    return;
  }
  await writeFiles(output, files);
  await writeSafetensors(join(output, weightsName), weights);
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFileAtomic(join(folder, name), content);
}

/** Matches weights in any form, and hidden files. */
const notCopied = /^\.|\.(?:safetensors|bin|pt|pth|ckpt|h5|msgpack|onnx|onnx\.data|onnx\.json)$|\.index\.json$/;
const writtenAnew: ReadonlySet<string> = new Set([
  adapterConfigName,
  configName,
  manifestName,
  nextManifestName,
  ...tokenizerFileNames.text,
  ...tokenizerFileNames.binary,
]);

/** Lists the other files of the folder, such as its model card and report. */
async function otherFiles(folder: string): Promise<Files> {
  const files: Record<string, Uint8Array> = {};
  for (const name of (await readdir(folder)).sort()) {
    if (writtenAnew.has(name) || notCopied.test(name)) continue;
    if ((await fileSize(join(folder, name))) === undefined) continue;
    files[name] = await readFileUpTo(join(folder, name), maxFileBytes);
  }
  return files;
}

async function filesIn(folder: string): Promise<{ name: string; bytes: number }[]> {
  const files: { name: string; bytes: number }[] = [];
  for (const name of (await readdir(folder)).sort()) files.push({ name, bytes: (await fileSize(join(folder, name)))! });
  return files;
}
