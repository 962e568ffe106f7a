import { Worker } from "node:worker_threads";
import { Interrupted } from "../../errors.ts";
import { Gate } from "../../uninterrupted.ts";
import { deserializeError, type Call, type RecipeName, type Recipes, type Reply, type ThreadData } from "./protocol.ts";
import { threadFailure } from "./thread-failure.ts";

interface Pending {
  readonly queue: Reply[];
  wake: () => void;
  failure: Error | undefined;
}

/** Runs recipes on a thread of their own, so that the caller's thread stays free for people: progress, signals, requests. */
export class RecipeThread {
  readonly #worker: Worker;
  readonly #gate = new Gate();
  readonly #calls = new Map<number, Pending>();
  #nextId = 0;
  #ended: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor() {
    const workerData: ThreadData = { gate: this.#gate.shared };
    // Node's own flags of this process (--eval, --input-type, …) are about its entry file, not about ours.
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { execArgv: [], workerData });
    this.#worker.on("message", (message: Reply) => {
      const call = this.#calls.get(message.id);
      call?.queue.push(message);
      call?.wake();
    });
    this.#worker.on("error", (error) => this.#fail(threadFailure(error)));
    this.#worker.on("exit", (code) => {
      this.#gate.forget();
      this.#fail(new Error(`the thread that runs the model ended (code ${code})`));
    });
    // The thread alone keeps no process alive; a call under way does.
    this.#worker.unref();
  }

  /**
   * Runs a recipe; yields its events and returns its result. Aborting asks it to stop at the next step: a training
   * run then ends with its best model, other recipes throw `Interrupted`.
   */
  async *call<Name extends RecipeName>(
    recipe: Name,
    given: Recipes[Name]["arguments"],
    signal?: AbortSignal,
  ): AsyncGenerator<Recipes[Name]["event"], Recipes[Name]["result"]> {
    const id = this.#nextId++;
    const stop = new SharedArrayBuffer(4);
    const pending: Pending = { queue: [], wake: () => {}, failure: this.#ended };
    const requestStop = (): void => void Atomics.store(new Int32Array(stop), 0, 1);
    if (signal?.aborted) requestStop();
    signal?.addEventListener("abort", requestStop);
    this.#calls.set(id, pending);
    if (this.#calls.size === 1) this.#worker.ref();
    let finished = false;
    try {
      this.#worker.postMessage({ id, recipe, arguments: given, stop } satisfies Call<Name>);
      for (;;) {
        const message = pending.queue.shift();
        if (!message) {
          if (pending.failure) throw pending.failure;
          await new Promise<void>((resolve) => (pending.wake = resolve));
        } else if ("event" in message) yield message.event as Recipes[Name]["event"];
        else {
          finished = true;
          if ("error" in message) throw deserializeError(message.error);
          return message.result as Recipes[Name]["result"];
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

  /** Ends the thread as soon as it is in no native call and saves no file; a call under way throws Interrupted. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#fail(new Interrupted("the thread that runs the model was closed"));
    await this.#gate.shut();
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#ended ??= error;
    for (const call of this.#calls.values()) {
      call.failure = this.#ended;
      call.wake();
    }
  }
}

/** The result of a recipe whose events nobody wants. */
export async function resultOf<Result>(events: AsyncGenerator<unknown, Result>): Promise<Result> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}
