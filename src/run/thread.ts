import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import { Interrupted } from "../errors.ts";
import { debugWords } from "../debug.ts";
import { Gate, shutAllGates } from "../uninterrupted.ts";
import { deserializeError } from "./error-crossing.ts";
import type { ArgumentsOf, EventOf, JobName, ResultOf } from "./jobs.ts";
import { eventsInFlight, type Order, type Reply, type ThreadData } from "./protocol.ts";
import { threadFailure } from "./thread-failure.ts";
import { removeUnfinishedOf } from "./unfinished.ts";

interface Pending {
  readonly queue: Reply[];
  wake: () => void;
  failure: Error | undefined;
}

/** Bytes or text for a job that reads a stream instead of files. */
export type Input = AsyncIterable<Uint8Array | string>;

export interface ThreadOptions {
  readonly input?: Input | undefined;
  /** Megabytes that V8 may fill with objects before it looks for those still needed; V8's own limit if not given. */
  readonly youngMegabytes?: number | undefined;
}

/** The threads that are alive. */
const living = new Set<JobThread>();

/**
 * Ends all work of this process at once: waits for native calls and for files being saved, stops every thread, and
 * removes unfinished files. A program that is about to end calls it, on a signal for example.
 */
export async function endRuns(): Promise<void> {
  await shutAllGates();
  await Promise.all([...living].map((thread) => thread.close()));
}

/** Removes the unfinished files of all threads without waiting, for a process that ends at this moment. */
export function removeUnfinished(): void {
  for (const thread of living) thread.removeUnfinished();
}

/** A thread that does jobs, so that the caller's thread stays free for progress, signals and requests. */
export class JobThread {
  /** The words of RELATA_DEBUG, read before anything is begun: an unknown word is an error. */
  readonly #debug = debugWords();
  readonly #worker: Worker;
  readonly #gate = new Gate();
  readonly #calls = new Map<number, Pending>();
  readonly #unfinished: MessagePort;
  readonly #feeding = new AbortController();
  #nextId = 0;
  #ended: Error | undefined;
  #closing: Promise<void> | undefined;

  /** @param options the standard input of the thread's jobs, empty if not given, and a limit on its short-lived objects */
  constructor({ input, youngMegabytes }: ThreadOptions = {}) {
    const { port1, port2 } = new MessageChannel();
    this.#unfinished = port1;
    const inspects = this.#debug.has("inspect");
    const workerData: ThreadData = { gate: this.#gate.shared, unfinished: port2, inspects };
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), {
      // Node's own flags of this process (--eval, --input-type, …) are about its entry file, not about the worker's.
      execArgv: [],
      stdin: true,
      ...(youngMegabytes === undefined ? {} : { resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes } }),
      workerData,
      transferList: [port2],
    });
    this.#worker.on("message", (message: Reply) => {
      const call = this.#calls.get(message.id);
      call?.queue.push(message);
      call?.wake();
    });
    this.#worker.on("error", (error) => this.#fail(threadFailure(error)));
    this.#worker.on("exit", (code) => {
      this.#gate.forget();
      this.removeUnfinished();
      living.delete(this);
      if (living.size === 0) process.off("exit", removeUnfinished);
      this.#fail(new Error(`the thread that does the work ended (code ${code})`));
    });
    // An idle thread does not keep the process alive; a call does.
    this.#worker.unref();
    // After the gate's own listener, which waits for files being saved.
    if (living.size === 0) process.on("exit", removeUnfinished);
    living.add(this);
    if (input) void this.#feed(input);
    else this.#worker.stdin!.end();
  }

  /**
   * Does a job; yields its events and returns its result. Aborting asks the job to stop: training then ends with its
   * best model so far, other jobs throw `Interrupted`.
   */
  async *call<Name extends JobName>(
    job: Name,
    given: ArgumentsOf<Name>,
    signal?: AbortSignal,
  ): AsyncGenerator<EventOf<Name>, ResultOf<Name>> {
    const id = this.#nextId++;
    const stop = new SharedArrayBuffer(4);
    const pending: Pending = { queue: [], wake: () => {}, failure: this.#ended };
    const requestStop = (): void => {
      Atomics.store(new Int32Array(stop), 0, 1);
      this.#order({ type: "stop", id });
    };
    this.#calls.set(id, pending);
    if (this.#calls.size === 1) this.#worker.ref();
    let finished = false;
    let taken = 0;
    try {
      this.#order({ type: "call", id, job, arguments: given, stop });
      if (signal?.aborted) requestStop();
      signal?.addEventListener("abort", requestStop);
      for (;;) {
        const message = pending.queue.shift();
        if (!message) {
          if (pending.failure) throw pending.failure;
          await new Promise<void>((resolve) => (pending.wake = resolve));
        } else if ("event" in message) {
          yield message.event as EventOf<Name>;
          if (++taken % (eventsInFlight / 2) === 0) this.#order({ type: "taken", id, count: taken });
        } else {
          finished = true;
          if ("error" in message) throw deserializeError(message.error);
          return message.result as ResultOf<Name>;
        }
      }
    } finally {
      // A caller that stops listening also stops the work.
      if (!finished) requestStop();
      signal?.removeEventListener("abort", requestStop);
      this.#calls.delete(id);
      if (this.#calls.size === 0) this.#worker.unref();
    }
  }

  /** Whether the thread is gone, so that every further call fails. */
  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Ends the thread as soon as it is in no native call and saves no file; an unfinished call throws Interrupted. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Removes the files that the thread has not finished. */
  removeUnfinished(): void {
    removeUnfinishedOf(this.#unfinished);
  }

  async #close(): Promise<void> {
    this.#fail(new Interrupted("the thread that does the work was closed"));
    this.#feeding.abort();
    await this.#gate.shut();
    await this.#worker.terminate();
    this.removeUnfinished();
    this.#unfinished.close();
  }

  #order(order: Order): void {
    this.#worker.postMessage(order);
  }

  /** Feeds the thread's standard input as fast as the thread reads it. */
  async #feed(input: Input): Promise<void> {
    try {
      // A stream is used as it is, so that closing the thread destroys it: a waiting stream would keep the process
      // alive.
      const source = input instanceof Readable ? input : Readable.from(input);
      await pipeline(source, this.#worker.stdin!, { signal: this.#feeding.signal });
    } catch (error) {
      if (!this.#feeding.signal.aborted) this.#fail(error as Error);
    }
  }

  #fail(error: Error): void {
    this.#ended ??= error;
    for (const call of this.#calls.values()) {
      call.failure = this.#ended;
      call.wake();
    }
  }
}
