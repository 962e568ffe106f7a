import { join } from "node:path";
import { tokenizerFileNames } from "../../tokenization/tokenizers/tokenizer-files.ts";
import { CheckpointError, quote } from "../checkpoint-error.ts";
import {
  configName,
  manifestName,
  torchWeightsIndexName,
  torchWeightsName,
  unverifiedNames,
  weightsIndexName,
  weightsName,
} from "../file-names.ts";
import { readManifest } from "../read-manifest.ts";
import { isObject, readJsonObject } from "../read-file.ts";
import { isPlainFileName } from "../file-names.ts";

const tokenizerNames = [...tokenizerFileNames.text, ...tokenizerFileNames.binary];
/** The files of a tokenizer: one of these holds the vocabulary; the others say how it is used. */
const vocabularyNames = ["tokenizer.json", "vocab.json", "vocab.txt", "sentencepiece.bpe.model", "spm.model"];

/** The files of weights: the first that exists is taken, torch's pickles only if there is nothing else. */
const weightNames = [weightsName, weightsIndexName, torchWeightsName, torchWeightsIndexName];
const indexNames = [weightsIndexName, torchWeightsIndexName];

const maxIndexBytes = 2 ** 25;
const maxShards = 512;

/**
 * Lists the files that name a model's other files, and all files that are always needed except the weights.
 * @param available names of all files of the model
 * @param model its name in errors
 * @throws CheckpointError if it is no model of transformers.
 */
export function firstNames(available: ReadonlySet<string>, model: string): string[] {
  const missing: string[] = [];
  if (!available.has(configName)) missing.push(configName);
  if (!weightNames.some((name) => available.has(name))) missing.push(weightsName);
  if (!vocabularyNames.some((name) => available.has(name))) missing.push("tokenizer.json");
  if (missing.length > 0) {
    throw new CheckpointError("not a model of transformers", {
      file: model,
      expected: "config.json, weights (safetensors, or pytorch_model.bin) and a tokenizer",
      found: `no ${missing.join(", no ")}`,
    });
  }
  const weights = weightNames.find((name) => available.has(name))!;
  const index = indexNames.includes(weights) ? [weights] : [];
  return [configName, ...tokenizerNames, manifestName, ...index].filter((name) => available.has(name));
}

/**
 * Lists all files that the model needs, the weights last.
 * @param folder a folder that holds the files of {@link firstNames} already
 * @throws CheckpointError if one of them names a file that does not exist or lies elsewhere.
 */
export async function neededNames(available: ReadonlySet<string>, folder: string, model: string): Promise<string[]> {
  const first = firstNames(available, model);
  const manifest = first.includes(manifestName) ? await readManifest(join(folder, manifestName)) : undefined;
  const listed = Object.keys(manifest?.files ?? {}).filter((name) => !unverifiedNames.has(name));
  const weights = weightNames.find((name) => available.has(name))!;
  const weightFiles = indexNames.includes(weights) ? await shardNames(join(folder, weights)) : [weights];
  const names = [...new Set([...first, ...listed.filter((name) => !weightFiles.includes(name)), ...weightFiles])];
  const absent = names.find((name) => !available.has(name));
  if (absent === undefined) return names;
  const source = weightFiles.includes(absent) ? weights : manifestName;
  const found = `none among its ${available.size} files`;
  throw new CheckpointError("the model is not whole", { file: model, expected: `${absent}, as ${source} says`, found });
}

async function shardNames(indexFile: string): Promise<string[]> {
  const { weight_map: map } = await readJsonObject(indexFile, maxIndexBytes);
  const bad = (expected: string, found: string): CheckpointError =>
    new CheckpointError("bad index of shards", { file: indexFile, expected, found });
  if (!isObject(map)) throw bad("an object weight_map", typeof map);
  const names = new Set<string>();
  for (const name of Object.values(map)) {
    if (typeof name !== "string" || !isPlainFileName(name)) {
      throw bad("names of files in the same folder", quote(JSON.stringify(name)));
    }
    names.add(name);
  }
  if (names.size === 0 || names.size > maxShards) throw bad(`1 to ${maxShards} shards`, `${names.size}`);
  return [...names].sort();
}
