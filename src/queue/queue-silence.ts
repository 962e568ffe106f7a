import { TryAgainError } from "../errors.ts";

/** Reported while a queue is in use: the connection is lost, or has come back. */
export type QueueEvent =
  | { readonly type: "silent"; readonly reason: string }
  /** The queue answers again. */
  | { readonly type: "answering" };

/** Notices when a queue falls silent and when it answers again, each of which is an event once. */
export class QueueSilence {
  #isSilent = false;

  answered(): QueueEvent[] {
    if (!this.#isSilent) return [];
    this.#isSilent = false;
    return [{ type: "answering" }];
  }

  /** @throws any error but that of a queue which does not answer */
  failed(error: unknown): QueueEvent[] {
    if (!(error instanceof TryAgainError)) throw error;
    if (this.#isSilent) return [];
    this.#isSilent = true;
    return [{ type: "silent", reason: error.message }];
  }
}
