import { setTimeout as pause } from "node:timers/promises";
import { TryAgainError, UnavailableError, UsageError } from "../errors.ts";
import type { JobQueue, QueueLibrary } from "./library.ts";

/** Milliseconds to wait for Redis when a command starts; later, connections come back by themselves. */
const patience = 15_000;
/** The longest wait between two attempts to connect again. */
const longestPause = 2000;

/** Loads BullMQ, which is installed only where queues are used. @throws UnavailableError naming what to install */
export async function loadQueueLibrary(): Promise<QueueLibrary> {
  // Names in variables: the compiler does not ask for packages that need not be there.
  const names = ["bullmq", "ioredis"];
  try {
    const [library] = await Promise.all(names.map((name) => import(name) as Promise<unknown>));
    return library as QueueLibrary;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UnavailableError(
      "--queue needs the packages bullmq and ioredis, which do not come with Relata and are not installed. " +
        "Install them where relata is installed: npm install bullmq ioredis",
    );
  }
}

/** @throws UsageError for anything but the URL of Redis or Valkey */
export function requireQueueUrl(url: string): void {
  if (!/^rediss?:\/\/[^/]/.test(url) || !URL.canParse(url))
    throw new UsageError(
      `--queue: expected the URL of Redis or Valkey, as redis://localhost:6379 or rediss:// for TLS; found ${JSON.stringify(withoutPassword(url))}.`,
    );
}

/** The options of connections to Redis or Valkey. @throws UsageError for anything but their URL */
export function connectionTo(url: string): { readonly connection: object } {
  requireQueueUrl(url);
  const retryStrategy = (times: number): number => Math.min(100 * 2 ** Math.min(times, 10), longestPause);
  return { connection: { url, maxRetriesPerRequest: null, retryStrategy } };
}

/** Waits until a queue can be used. @throws TryAgainError if nobody answers */
export async function requireReady(queue: JobQueue<unknown>, url: string): Promise<void> {
  let last: Error | undefined;
  // Without a listener, an error of the connection would end the process; it comes back by itself.
  queue.on("error", (error) => (last = error));
  const timeout = new AbortController();
  try {
    const isReady = await Promise.race([
      queue.waitUntilReady().then(() => true),
      pause(patience, false, { signal: timeout.signal }),
    ]);
    if (isReady) return;
  } catch (error) {
    last = error as Error;
  } finally {
    timeout.abort();
  }
  void queue.close().catch(() => {}); // it never was open
  const { message = "", code = "no answer" }: { message?: string; code?: string } = last ?? {};
  const reason = message === "" ? code : message;
  throw new TryAgainError(
    `The queue at ${withoutPassword(url)} cannot be reached: ${reason}. Is Redis or Valkey running there?`,
  );
}

/** A URL as it may be shown. */
export const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, "//…@");
