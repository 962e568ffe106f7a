import { UnavailableError, UsageError } from "../errors.ts";
import type { QueueLibrary } from "./library.ts";

/** Milliseconds that a request may take. */
const commandTimeout = 10_000;
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

/**
 * The options of the connections of workers, which come back by themselves.
 * @param ending once it aborts, a connection that is lost does not come back: what waits for it fails
 * @throws UsageError for anything but the URL of Redis or Valkey
 */
export function connectionTo(url: string, ending: AbortSignal): { readonly connection: object } {
  requireQueueUrl(url);
  const retryStrategy = (times: number): number | null => (ending.aborted ? null : pauseBefore(times));
  return { connection: { url, maxRetriesPerRequest: null, retryStrategy } };
}

/**
 * The options of connections whose requests fail if they are not answered in time. They too come back by themselves.
 * @throws UsageError for anything but the URL of Redis or Valkey
 */
export function askingConnectionTo(url: string): { readonly connection: object } {
  requireQueueUrl(url);
  return { connection: { url, maxRetriesPerRequest: 1, commandTimeout, retryStrategy: pauseBefore } };
}

const pauseBefore = (times: number): number => Math.min(100 * 2 ** Math.min(times, 10), longestPause);

/** A URL as it may be shown. */
export const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, "//…@");
