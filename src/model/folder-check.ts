import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError, quote } from "./checkpoint-error.ts";
import { digestFile } from "../files/file-digest.ts";
import {
  adapterConfigName,
  adapterWeightsName,
  configName,
  manifestName,
  nextManifestName,
  torchWeightsIndexName,
  torchWeightsName,
  unverifiedNames,
  weightsIndexName,
  weightsName,
  weightsNameOf,
} from "./file-names.ts";
import { readManifest } from "./read-manifest.ts";
import type { RelataManifest } from "./manifest.ts";
import { fileSize } from "./read-file.ts";

/**
 * Compares the manifest of a folder with its files.
 * @param hashes whether contents are compared, or only sizes
 * @throws CheckpointError naming every file that is missing or differs.
 */
export async function verifiedManifest(folder: string, hashes: boolean): Promise<RelataManifest> {
  const manifest = await currentManifest(folder);
  const own = manifest.adapter === undefined ? [] : [adapterConfigName];
  const required = [configName, weightsNameOf(manifest), ...own].filter((name) => !Object.hasOwn(manifest.files, name));
  const problems = required.map((name) => `no ${name} in ${manifestName}`);
  for (const [name, { bytes, sha256 }] of Object.entries(manifest.files)) {
    if (unverifiedNames.has(name)) continue;
    const size = await fileSize(join(folder, name));
    if (size === undefined) problems.push(`${name} is missing`);
    else if (size !== bytes) problems.push(`${name} has ${size} bytes instead of ${bytes}`);
    else if (hashes && (await digestFile(join(folder, name))).sha256 !== sha256) {
      problems.push(`${name} has other content than when it was saved (SHA-256)`);
    }
  }
  if (problems.length === 0) return manifest;
  throw new CheckpointError("the model folder is not what was saved", {
    file: folder,
    expected: `the files of ${manifestName}`,
    found: problems.map((problem) => quote(problem, 300).slice(1, -1)).join("; "),
    next: "Copy the model again from where it is whole, or train it again.",
  });
}

/** Chooses, of the two manifests that an interrupted update leaves, the one that describes the weights. */
export async function currentManifest(folder: string): Promise<RelataManifest> {
  const next = join(folder, nextManifestName);
  if ((await fileSize(next)) !== undefined) {
    const manifest = await readManifest(next);
    const name = weightsNameOf(manifest);
    const weights = join(folder, name);
    const isThere = (await fileSize(weights)) !== undefined;
    if (isThere && manifest.files[name]?.sha256 === (await digestFile(weights)).sha256) return manifest;
  }
  return readManifest(join(folder, manifestName));
}

/** Checks a folder of transformers. @throws CheckpointError naming the files that it lacks */
export async function requireTransformersFiles(folder: string): Promise<void> {
  const found = async (name: string): Promise<boolean> => (await fileSize(join(folder, name))) !== undefined;
  const missing: string[] = [];
  // An adapter that PEFT saved has its base's.
  const isAdapter = (await found(adapterConfigName)) && (await found(adapterWeightsName));
  if (!isAdapter && !(await found(configName))) missing.push(configName);
  const weights = [weightsName, weightsIndexName, torchWeightsName, torchWeightsIndexName, adapterWeightsName];
  if (!(await Promise.all(weights.map(found))).includes(true)) missing.push(weightsName);
  if (missing.length === 0) return;
  if ((await readdir(folder).catch(() => [""])).length === 0) {
    throw new CheckpointError("no model there", {
      file: folder,
      expected: "a model folder",
      found: "an empty folder",
      next: "Name the folder that a training run wrote.",
    });
  }
  throw new CheckpointError("not a complete model folder", {
    file: folder,
    expected: `${configName} and ${weightsName} or ${torchWeightsName}`,
    found: `no ${missing.join(" and no ")}`,
    next: "Was saving it interrupted, or is it another folder that you meant?",
  });
}
