import { setTimeout as sleep } from "node:timers/promises";
import { PassingFailure, tryAgain } from "./hub-error.ts";
import type { ModelReference } from "./repo-id.ts";

/** The number of failures in a row, without a byte in between, at which patience ends. */
const maxFailures = 5;
/** The longest pause: the user would not want to wait longer without being asked. */
const longestPauseMs = 60_000;

/** Counts failures in a row and computes how long to pause before the next attempt. */
export class Backoff {
  readonly #model: ModelReference;
  readonly #firstMs: number;
  #failures = 0;

  constructor(model: ModelReference, firstMs: number) {
    this.#model = model;
    this.#firstMs = firstMs;
  }

  /** Resets the count, since something arrived. */
  reset(): void {
    this.#failures = 0;
  }

  /**
   * Returns the pause in milliseconds.
   * @throws TryAgainError when patience ends; the error itself if it is no passing failure
   */
  pauseAfter(error: unknown): number {
    if (!(error instanceof PassingFailure)) throw error;
    this.#failures++;
    // Random, so that the processes of a cluster do not all come back at once.
    const pause = this.#firstMs * 2 ** (this.#failures - 1) * (1 + Math.random() / 2);
    const wanted = Math.max(pause, error.retryAfterMs ?? 0);
    if (this.#failures >= maxFailures || wanted > longestPauseMs) throw tryAgain(this.#model, error);
    return wanted;
  }
}

/** Waits. @throws the signal's reason as soon as it is aborted */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
}

/** Reads a `Retry-After` header, of seconds or a date, as milliseconds. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
