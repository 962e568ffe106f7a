import { listFiles, modelInfo } from "@huggingface/hub";
import { z } from "zod";
import { CheckpointError, quote } from "../checkpoint-error.ts";
import type { HubClient } from "./client.ts";
import type { ContentHash } from "./content-hash.ts";
import { formatModelReference, isCommit } from "./repo-id.ts";

/** A file of one commit. */
export interface HubFile {
  readonly name: string;
  readonly bytes: number;
  readonly hash: ContentHash;
}

const maxFiles = 10_000;

const info = z.object({ sha: z.string().refine(isCommit) });
const bytes = z.int().min(0);
const entry = z.object({
  type: z.string(),
  path: z.string().min(1),
  size: bytes,
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: bytes }).optional(),
});

/**
 * Asks the hub for the commit of a branch or tag.
 * @throws InputMissingError if there is no such model or revision, UnavailableError if it may not be read.
 */
export async function resolveCommit(client: HubClient): Promise<string> {
  const { model, settings } = client;
  if (isCommit(model.revision)) return model.revision;
  const answer = await modelInfo({
    name: model.id,
    revision: model.revision,
    hubUrl: settings.endpoint,
    additionalFields: ["sha"],
    fetch: client.fetch,
  });
  return parse(info, answer, client, "the full hash of a commit as its sha").sha;
}

/**
 * Asks the hub for the files of a commit's top folder, by name.
 * @throws CheckpointError for an impossible list, such as one with a name that leads out of the folder.
 */
export async function listModelFiles(client: HubClient, commit: string): Promise<Map<string, HubFile>> {
  const { model, settings } = client;
  const files = new Map<string, HubFile>();
  let entries = 0;
  for await (const item of listFiles({
    repo: { type: "model", name: model.id },
    revision: commit,
    hubUrl: settings.endpoint,
    fetch: client.fetch,
  })) {
    if (++entries > maxFiles) throw badList(client, `at most ${maxFiles} files`, "more");
    const { type, path, size, oid, lfs } = parse(entry, item, client, "path, size and hash of each file");
    if (isUnsafe(path)) throw badList(client, "names that stay in the model's folder", quote(path));
    if (type !== "file" || path.includes("/")) continue;
    files.set(path, {
      name: path,
      bytes: lfs?.size ?? size,
      hash: lfs ? { algorithm: "sha256", digest: lfs.oid } : { algorithm: "git-sha1", digest: oid },
    });
  }
  return files;
}

/** Whether a path leads out of the folder it is joined to, under the rules of POSIX or of Windows. */
const isUnsafe = (path: string): boolean =>
  path.includes("\0") || path.split(/[/\\]/).some((part) => part === "" || part === ".." || /^[A-Za-z]:/.test(part));

function parse<T>(schema: z.ZodType<T>, value: unknown, client: HubClient, expected: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw badList(client, expected, quote(JSON.stringify(value) ?? "nothing", 200));
}

const badList = ({ model, settings }: HubClient, expected: string, found: string): CheckpointError =>
  new CheckpointError(`the hub ${settings.endpoint} lists files that cannot be used`, {
    file: formatModelReference(model),
    expected,
    found,
    next: "Nothing was downloaded.",
  });
