import { constants } from "node:fs";
import { open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { CheckpointError, quote } from "../checkpoint-error.ts";
import { writeFailure } from "../../files/failures.ts";
import { Backoff, pause } from "./backoff.ts";
import type { HubClient, Reply } from "./client.ts";
import { hashFile } from "./content-hash.ts";
import type { HubFile } from "./file-list.ts";
import { PassingFailure } from "./hub-error.ts";

export type DownloadEvent =
  /** Reports how many bytes of the file are on disk. */
  | { readonly type: "progress"; readonly file: string; readonly bytes: number; readonly totalBytes: number }
  /** Reports a failure that may pass. */
  | { readonly type: "retry"; readonly file: string; readonly reason: string; readonly pauseMs: number };

/**
 * Downloads a file of one commit into `partial`, and resumes where an earlier attempt or process stopped.
 * When this returns, the file is whole, verified and on disk.
 * @throws CheckpointError for another length or content than the hub lists (the part is deleted), TryAgainError when
 * patience ends (the part is kept), UserError for a refusal or a disk that cannot be written.
 */
export async function* download(
  client: HubClient,
  commit: string,
  file: HubFile,
  partial: string,
  signal: AbortSignal,
): AsyncGenerator<DownloadEvent, void> {
  const task = { client, commit, file, partial, signal };
  if ((yield* fill(task)) === "whole") return;
  // The older part may have been the bad one.
  yield { type: "retry", file: file.name, reason: "the part that was kept is damaged", pauseMs: 0 };
  if ((yield* fill(task)) !== "whole") throw new Error("internal: a file begun afresh has no older part");
}

interface Task {
  readonly client: HubClient;
  readonly commit: string;
  readonly file: HubFile;
  readonly partial: string;
  readonly signal: AbortSignal;
}

async function* fill(task: Task): AsyncGenerator<DownloadEvent, "whole" | "old part damaged"> {
  const { file, partial } = task;
  const handle = await open(partial, constants.O_RDWR | constants.O_CREAT, 0o644).catch((error: unknown) => {
    throw writeFailure(partial, error);
  });
  let oldBytes: number;
  try {
    oldBytes = yield* receive(task, handle);
    await handle.sync();
  } catch (error) {
    if (error instanceof CheckpointError) await rm(partial, { force: true });
    throw error instanceof Error && "syscall" in error ? writeFailure(partial, error) : error;
  } finally {
    await handle.close();
  }
  // The hash is taken from the disk, so that it covers what was written.
  const digest = await hashFile(partial, file.bytes, file.hash.algorithm);
  if (digest === file.hash.digest) return "whole";
  await rm(partial, { force: true });
  if (oldBytes > 0) return "old part damaged";
  throw wrong(task, `content with the ${file.hash.algorithm} ${file.hash.digest}`, digest);
}

/** Downloads the missing bytes. @returns how many of the bytes were there before */
async function* receive(task: Task, handle: FileHandle): AsyncGenerator<DownloadEvent, number> {
  const { client, file, signal } = task;
  const backoff = new Backoff(client.model, client.settings.retryDelayMs);
  const progress = (bytes: number): DownloadEvent => {
    return { type: "progress", file: file.name, bytes, totalBytes: file.bytes };
  };
  let position = (await handle.stat()).size;
  if (position > file.bytes) await handle.truncate((position = 0));
  let oldBytes = position;
  let etag: string | undefined;
  yield progress(position);
  while (position < file.bytes) {
    try {
      const reply = await request(task, position, etag);
      try {
        const start = startOf(task, reply, position);
        if (start === 0 && position > 0) {
          await handle.truncate((position = oldBytes = 0));
          yield progress(0);
        }
        etag = strongEtag(reply.headers.get("etag"));
        for await (const piece of reply.body) {
          if (position + piece.byteLength > file.bytes) throw wrong(task, `${file.bytes} bytes`, "more");
          await writeAll(handle, piece, position);
          position += piece.byteLength;
          backoff.reset();
          yield progress(position);
        }
      } finally {
        reply.end();
      }
      if (position < file.bytes) throw new PassingFailure(`the answer ended after ${position} of ${file.bytes} bytes`);
    } catch (error) {
      const pauseMs = backoff.pauseAfter(error);
      yield { type: "retry", file: file.name, reason: (error as PassingFailure).message, pauseMs };
      await pause(pauseMs, signal);
    }
  }
  return oldBytes;
}

function request({ client, commit, file, signal }: Task, position: number, etag: string | undefined): Promise<Reply> {
  const url = `${client.settings.endpoint}/${client.model.id}/resolve/${commit}/${encodeURIComponent(file.name)}`;
  const headers = {
    ...(position > 0 ? { range: `bytes=${position}-` } : {}),
    // Asks for the rest of this content, or for all of it: an earlier answer of this address carried the tag.
    ...(position > 0 && etag !== undefined ? { "if-range": etag } : {}),
  };
  return client.get(url, { headers, signal });
}

/**
 * Returns the position in the file where the body begins.
 * @throws CheckpointError if it is another file than the hub lists
 */
function startOf(task: Task, { status, headers, linkedEtag }: Reply, position: number): number {
  const { bytes, hash } = task.file;
  const isHash = linkedEtag !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(linkedEtag);
  if (isHash && linkedEtag !== hash.digest) {
    throw wrong(task, `the ${hash.algorithm} ${hash.digest} of its list`, linkedEtag);
  }
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(headers.get("content-range") ?? "");
  const length = headers.get("content-encoding") === null ? headers.get("content-length") : null;
  const total = status === 200 ? length : range?.[2];
  if (total !== undefined && total !== null && Number(total) !== bytes) {
    throw wrong(task, `${bytes} bytes`, `${total} bytes of ${quote(headers.get("content-type") ?? "no type")}`);
  }
  if (status === 200) return 0;
  if (status === 206 && range?.[1] !== undefined && Number(range[1]) === position) return position;
  throw new PassingFailure(`asked for the bytes from ${position} on, the store answered ${status} with others`);
}

const strongEtag = (value: string | null): string | undefined => (value?.startsWith('"') ? value : undefined);

/**
 * Writes at the position, not at the end: two processes that both believe to hold the lock then write the same bytes.
 */
async function writeAll(handle: FileHandle, piece: Uint8Array, position: number): Promise<void> {
  for (let start = 0; start < piece.byteLength;) {
    const { bytesWritten } = await handle.write(piece, start, piece.byteLength - start, position + start);
    start += bytesWritten;
  }
}

const wrong = ({ client, commit, file }: Task, expected: string, found: string): CheckpointError =>
  new CheckpointError("the download is not the file that the hub lists", {
    file: `${client.model.id}@${commit}/${file.name}`,
    expected,
    found,
    next: "It was thrown away. Pull again; if it stays so, the file is damaged at the hub or on the way (a proxy?).",
  });
