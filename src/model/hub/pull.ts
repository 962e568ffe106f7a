import { join } from "node:path";
import { TryAgainError, UnavailableError } from "../../errors.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import { ModelCache } from "./cache.ts";
import { HubClient } from "./client.ts";
import { download } from "./download.ts";
import type { DownloadEvent } from "./download.ts";
import { listModelFiles, resolveCommit } from "./file-list.ts";
import type { HubFile } from "./file-list.ts";
import { FileLock } from "./lock.ts";
import { firstNames, neededNames } from "./needed-files.ts";
import { formatModelReference, parseModelReference } from "./repo-id.ts";
import type { ModelReference } from "./repo-id.ts";
import { readHubSettings } from "./settings.ts";
import type { HubSettings } from "./settings.ts";

export type PullEvent =
  /** The commit of the revision; all files are taken from it. */
  | { readonly type: "resolved"; readonly model: string; readonly revision: string; readonly commit: string }
  /** All files that the model needs, those in the cache among them. Some small ones have already arrived. */
  | { readonly type: "plan"; readonly files: readonly { readonly name: string; readonly bytes: number }[] }
  | { readonly type: "file"; readonly file: string; readonly bytes: number; readonly cached: boolean }
  /** Reports that another process is downloading the file. */
  | { readonly type: "waiting"; readonly file: string }
  /** Reports that a file of the cache is not what the hub lists, and is downloaded again. */
  | { readonly type: "damaged"; readonly file: string }
  /** Reports that the hub cannot be reached; the model is taken from the cache as it was. */
  | { readonly type: "unreachable"; readonly reason: string }
  | DownloadEvent;

export interface PulledFolder {
  /** The folder with all files that the model needs, under their names. */
  readonly folder: string;
  readonly commit: string;
  readonly source: "hub" | "cache";
}

export interface PullOptions {
  readonly signal?: AbortSignal | undefined;
  /** The settings; read from the environment if not given. */
  readonly settings?: HubSettings | undefined;
  /** Whether the content of files already in the cache is verified too, and not only their size. */
  readonly verify?: boolean;
  /** Whether a model in the cache is enough if the hub cannot be reached. */
  readonly cacheIfUnreachable?: boolean;
}

/**
 * Downloads a model of the hub into the cache that is shared with Python's huggingface_hub.
 * @param reference `org/name` or `org/name@revision`
 * @yields the progress, sizes in bytes
 * @returns the folder of its snapshot, to be opened like any model folder
 * @throws UsageError for a bad name, InputMissingError if there is no such model, UnavailableError if it may not be
 * read or is not in the cache while offline, TryAgainError if the network fails, CheckpointError for wrong content.
 */
export async function* pullModel(
  reference: string,
  options: PullOptions = {},
): AsyncGenerator<PullEvent, PulledFolder> {
  const model = parseModelReference(reference);
  const settings = options.settings ?? (await readHubSettings());
  const cache = new ModelCache(settings.cacheFolder, model.id);
  if (settings.offline) return fromCache(model, cache, settings);
  try {
    return yield* fromHub(model, cache, settings, options);
  } catch (error) {
    if (!options.cacheIfUnreachable || !(error instanceof TryAgainError)) throw error;
    const cached = await fromCache(model, cache, settings).catch((reason: unknown) => {
      throw reason instanceof UnavailableError ? error : reason;
    });
    yield { type: "unreachable", reason: error.message };
    return cached;
  }
}

async function* fromHub(
  model: ModelReference,
  cache: ModelCache,
  settings: HubSettings,
  { signal = new AbortController().signal, verify = false }: PullOptions,
): AsyncGenerator<PullEvent, PulledFolder> {
  const client = new HubClient(settings, model, signal);
  const commit = await resolveCommit(client);
  yield { type: "resolved", model: model.id, revision: model.revision, commit };
  const files = await listModelFiles(client, commit);
  const available = new Set(files.keys());
  const name = formatModelReference(model);
  const folder = cache.snapshot(commit);

  const first = firstNames(available, name);
  await cache.makeFolders(commit);
  for (const file of first) yield* pullFile(files.get(file)!, { client, cache, commit, verify });
  const needed = (await neededNames(available, folder, name)).map((file) => files.get(file)!);
  yield { type: "plan", files: needed.map(({ name, bytes }) => ({ name, bytes })) };
  for (const file of needed) {
    if (!first.includes(file.name)) yield* pullFile(file, { client, cache, commit, verify });
  }
  // Written last, so that a branch that is found offline has a whole model.
  await cache.saveRef(model.revision, commit);
  return { folder, commit, source: "hub" };
}

interface Pull {
  readonly client: HubClient;
  readonly cache: ModelCache;
  readonly commit: string;
  readonly verify: boolean;
}

async function* pullFile(file: HubFile, pull: Pull): AsyncGenerator<PullEvent, void> {
  const { client, cache, commit, verify } = pull;
  const { name, bytes } = file;
  const path = join(cache.snapshot(commit), name);
  if (await cache.isWhole(path, file, verify)) {
    yield { type: "file", file: name, bytes, cached: true };
    return;
  }
  let lock = await FileLock.try(cache.lock(file));
  if (!lock) {
    yield { type: "waiting", file: name };
    lock = await FileLock.wait(cache.lock(file), client.signal);
  }
  try {
    const cached = await cache.isWhole(cache.blob(file), file, verify);
    if (!cached && (await cache.hasBlob(file))) yield { type: "damaged", file: name };
    yield { type: "file", file: name, bytes, cached };
    if (!cached) {
      const signal = AbortSignal.any([client.signal, lock.lost]);
      yield* download(client, commit, file, cache.partial(file), signal);
      await lock.requireHeld();
      await cache.publish(file);
    }
    await cache.place(file, commit);
  } finally {
    await lock.release();
  }
}

async function fromCache(model: ModelReference, cache: ModelCache, settings: HubSettings): Promise<PulledFolder> {
  const name = formatModelReference(model);
  const commit = await cache.commitOf(model.revision);
  const available = commit === undefined ? new Set<string>() : await cache.names(commit);
  if (commit === undefined || available.size === 0) throw notCached(settings, `${name} is not`);
  try {
    const folder = cache.snapshot(commit);
    await neededNames(available, folder, name);
    return { folder, commit, source: "cache" };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw notCached(settings, `only a part of ${name} is (${error.message})`);
  }
}

const notCached = ({ cacheFolder }: HubSettings, what: string): UnavailableError =>
  new UnavailableError(
    `Working offline (HF_HUB_OFFLINE) only with models of the cache ${cacheFolder}, ${what} in it. ` +
      "Pull it once with a network, or name a model folder.",
  );
