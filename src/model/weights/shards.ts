import { join } from "node:path";
import { InputMissingError } from "../../errors.ts";
import { CheckpointError, quote } from "../checkpoint-error.ts";
import { isObject, readJsonObject } from "../read-file.ts";
import { isPlainFileName } from "../file-names.ts";
import { maxEntries } from "./safetensors/header-scanner.ts";
import type { TensorFile, TensorInfo } from "./tensor-file.ts";

const maxIndexBytes = 2 ** 25;
/** The most shards, each of which is an open file. */
const maxShards = 512;

/** The kind of a folder's shards: safetensors or torch. */
export interface ShardFormat {
  /** The end of their names: `.safetensors`. */
  readonly extension: string;
  readonly open: (path: string) => Promise<TensorFile>;
  /**
   * Whether `total_size` can be checked; false if tensors may share bytes, which versions of transformers count
   * differently.
   */
  readonly hasExactTotal: boolean;
}

interface ShardIndex {
  /** The file name of each tensor. */
  readonly weightMap: ReadonlyMap<string, string>;
  readonly totalBytes: number | undefined;
}

/**
 * Opens the shards that an index file names (`model.safetensors.index.json`) as if they were one file.
 * @throws CheckpointError if index and shards contradict each other.
 */
export async function openShards(folder: string, indexName: string, format: ShardFormat): Promise<TensorFile> {
  const indexFile = join(folder, indexName);
  const { weightMap, totalBytes } = await readIndex(indexFile, format);
  const shards = new Map<string, TensorFile>();
  const close = async (): Promise<void> => {
    await Promise.all([...shards.values()].map((shard) => shard.close()));
  };
  try {
    for (const name of [...new Set(weightMap.values())].sort())
      shards.set(name, await openShard(folder, name, indexFile, format));
    checkTensors(weightMap, shards, indexFile);
    const all = [...shards.values()];
    const infos = all.flatMap((shard) => shard.names.map((name) => shard.info(name)));
    const bytes = infos.reduce((sum, info) => sum + info.bytes, 0);
    if (format.hasExactTotal && totalBytes !== undefined && totalBytes !== bytes) {
      const facts = { file: indexFile, expected: `${totalBytes} bytes, its total_size`, found: `${bytes}` };
      throw new CheckpointError("the shards differ from their index", facts);
    }
    return sharded(weightMap, shards, indexFile, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function readIndex(file: string, { extension }: ShardFormat): Promise<ShardIndex> {
  const bad = (expected: string, found: string, tensor?: string): CheckpointError =>
    new CheckpointError("bad index of shards", { file, tensor, expected, found });
  const { metadata, weight_map: map } = await readJsonObject(file, maxIndexBytes);
  if (!isObject(map)) throw bad("an object weight_map", typeof map);
  const weightMap = new Map<string, string>();
  for (const [tensor, name] of Object.entries(map)) {
    if (typeof name !== "string" || !isPlainFileName(name) || !name.endsWith(extension)) {
      throw bad(`the name of a ${extension} file in the same folder`, quote(JSON.stringify(name)), tensor);
    }
    weightMap.set(tensor, name);
  }
  if (weightMap.size === 0 || weightMap.size > maxEntries) throw bad(`1 to ${maxEntries} tensors`, `${weightMap.size}`);
  const shards = new Set(weightMap.values()).size;
  if (shards > maxShards) throw bad(`at most ${maxShards} shards`, `${shards}`);
  const totalBytes = isObject(metadata) ? metadata["total_size"] : undefined;
  if (totalBytes !== undefined && typeof totalBytes !== "number") throw bad("a number total_size", typeof totalBytes);
  return { weightMap, totalBytes };
}

async function openShard(folder: string, name: string, indexFile: string, { open }: ShardFormat): Promise<TensorFile> {
  try {
    return await open(join(folder, name));
  } catch (error) {
    if (!(error instanceof InputMissingError)) throw error;
    const facts = { file: indexFile, expected: `the file ${name} beside it`, found: "none" };
    throw new CheckpointError("a shard is missing", { ...facts, next: "Download it too." });
  }
}

function checkTensors(
  weightMap: ReadonlyMap<string, string>,
  shards: ReadonlyMap<string, TensorFile>,
  file: string,
): void {
  for (const [tensor, name] of weightMap) {
    if (!shards.get(name)!.has(tensor)) {
      const facts = { file, tensor, expected: `it in ${name}, as the index says`, found: "no such tensor there" };
      throw new CheckpointError("the shards differ from their index", facts);
    }
  }
  for (const [name, shard] of shards) {
    const stray = shard.names.find((tensor) => weightMap.get(tensor) !== name);
    if (stray !== undefined) {
      const expected = weightMap.has(stray) ? `it only in ${weightMap.get(stray)}` : "no tensor that the index lacks";
      const facts = { file, tensor: stray, expected, found: `it in ${name}` };
      throw new CheckpointError("the shards differ from their index", facts);
    }
  }
}

function sharded(
  weightMap: ReadonlyMap<string, string>,
  shards: ReadonlyMap<string, TensorFile>,
  file: string,
  close: () => Promise<void>,
): TensorFile {
  const all = [...shards.values()];
  const shardOf = (tensor: string): TensorFile => {
    const name = weightMap.get(tensor);
    if (name !== undefined) return shards.get(name)!;
    const facts = { file, tensor, expected: "its name in the index", found: `${weightMap.size} other tensors` };
    throw new CheckpointError("not in the file", facts);
  };
  return {
    path: file,
    names: all.flatMap((shard) => shard.names),
    metadata: new Map(all.flatMap((shard) => [...shard.metadata])),
    warnings: all.flatMap((shard) => shard.warnings),
    has: (name) => weightMap.has(name),
    info: (name): TensorInfo => shardOf(name).info(name),
    read: async (name, target) => shardOf(name).read(name, target),
    readRows: async (name, rows) => shardOf(name).readRows(name, rows),
    readTensor: async (name) => shardOf(name).readTensor(name),
    close,
  };
}
