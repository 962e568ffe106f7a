import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { digestFile } from "../files/file-digest.ts";
import { drain } from "../generators.ts";
import { adapterConfigName, configName } from "../model/file-names.ts";
import { resolveBase } from "../model/adapters/base.ts";
import { resolveModel } from "../model/source.ts";
import { tokenizerFileNames } from "../tokenization/tokenizers/tokenizer-files.ts";
import type { ModelIdentity } from "./manifest.ts";

/** Kinds of files that say what a model answers: configuration, weights, vocabularies; not its report and its log. */
const kinds: ReadonlySet<string> = new Set([".json", ".safetensors", ".bin", ".txt", ".model"]);

const tokenizerNames: ReadonlySet<string> = new Set([...tokenizerFileNames.text, ...tokenizerFileNames.binary]);

/**
 * Hashes a model: all files of its folder that decide its answers, and those of its base, for an adapter.
 * @param name a folder, or `org/name[@revision]` on the hub
 */
export async function identify(name: string): Promise<ModelIdentity> {
  const folder = await drain(resolveModel(name));
  const own = await digestsIn(folder);
  const all = [...own];
  if (own.has(adapterConfigName)) {
    const base = await baseOf(folder);
    for (const [file, sha256] of await digestsIn(base)) all.push([`base/${file}`, sha256]);
  }
  const ofTokenizer = all.filter(([file]) => tokenizerNames.has(file.replace(/^base\//, "")) || file === configName);
  return {
    name: folder === name ? resolve(name) : name,
    sha256: listingDigest(all),
    tokenizerSha256: listingDigest(ofTokenizer),
  };
}

/** @throws UsageError if a model is not the one of the plan */
export async function requireSameModel(planned: ModelIdentity, given: string = planned.name): Promise<void> {
  const found = await identify(given);
  if (found.sha256 === planned.sha256) return;
  throw new UsageError(
    `The model ${given} is not the one that the run was planned with: the SHA-256 of its files is ${found.sha256.slice(0, 12)}…, expected ` +
      `${planned.sha256.slice(0, 12)}… Bring the model of the plan back, name its place with --model, or plan the run again in another folder.`,
  );
}

async function digestsIn(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith(".") && kinds.has(extname(entry.name)))
    .map(({ name }) => name)
    .sort();
  const digests = new Map<string, string>();
  for (const name of names) digests.set(name, (await digestFile(join(folder, name))).sha256);
  return digests;
}

async function baseOf(folder: string): Promise<string> {
  const config = JSON.parse(await readFile(join(folder, adapterConfigName), "utf8")) as Record<string, unknown>;
  return resolveBase(folder, String(config["base_model_name_or_path"]));
}

/** The SHA-256 of lines `<SHA-256>  <name>`, as sha256sum prints them. */
function listingDigest(digests: readonly (readonly [name: string, sha256: string])[]): string {
  const hash = createHash("sha256");
  for (const [name, sha256] of digests) hash.update(`${sha256}  ${name}\n`);
  return hash.digest("hex");
}
