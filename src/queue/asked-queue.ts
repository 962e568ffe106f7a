import { setTimeout as pause } from "node:timers/promises";
import { TryAgainError } from "../errors.ts";
import { askingConnectionTo, loadQueueLibrary, withoutPassword } from "./connection.ts";
import type { JobQueue } from "./library.ts";

/** Milliseconds to wait for Redis when a command starts; later, connections come back by themselves. */
const patience = 15_000;

/** A queue of which every question is answered within seconds, or fails. */
export class AskedQueue<Data> {
  readonly #queue: JobQueue<Data>;
  readonly #url: string;
  /** The last failure of the connection. */
  #failure: Error | undefined;

  private constructor(queue: JobQueue<Data>, url: string) {
    this.#queue = queue;
    this.#url = withoutPassword(url);
    // Without a listener, an error of the connection would end the process; it comes back by itself.
    queue.on("error", (error) => (this.#failure = error));
  }

  /** @throws UsageError for what is no URL of a queue; TryAgainError if nobody answers */
  static async open<Data>(name: string, url: string): Promise<AskedQueue<Data>> {
    const connection = askingConnectionTo(url);
    const { Queue } = await loadQueueLibrary();
    const asked = new AskedQueue(new Queue<Data>(name, connection), url);
    await asked.#requireReady();
    return asked;
  }

  /** @throws TryAgainError if the queue does not answer, or refuses */
  async ask<Answer>(question: (queue: JobQueue<Data>) => Promise<Answer>): Promise<Answer> {
    try {
      return await question(this.#queue);
    } catch (error) {
      throw new TryAgainError(
        `The queue at ${this.#url} does not answer: ${this.#reasonOf(error as Error)}. Is Redis or Valkey running there?`,
      );
    }
  }

  close(): Promise<void> {
    return this.#queue.close().catch(() => {}); // it does not answer, so nothing is left to close
  }

  async #requireReady(): Promise<void> {
    const timeout = new AbortController();
    try {
      const isReady = await Promise.race([
        this.#queue.waitUntilReady().then(() => true),
        pause(patience, false, { signal: timeout.signal }),
      ]);
      if (isReady) return;
    } catch (error) {
      this.#failure = error as Error;
    } finally {
      timeout.abort();
    }
    void this.close(); // it never was open
    const reason = this.#failure ? wordsOf(this.#failure) : "no answer";
    throw new TryAgainError(
      `The queue at ${this.#url} cannot be reached: ${reason}. Is Redis or Valkey running there?`,
    );
  }

  /** A request that was given up says nothing of the cause; the connection does. */
  #reasonOf(error: Error): string {
    return isGivenUp(error) && this.#failure ? wordsOf(this.#failure) : wordsOf(error);
  }
}

const isGivenUp = ({ name, message }: Error): boolean =>
  name === "MaxRetriesPerRequestError" || /^(Command timed out|Connection is closed)/.test(message);

const wordsOf = ({ message, code = "no answer" }: NodeJS.ErrnoException): string => (message === "" ? code : message);
