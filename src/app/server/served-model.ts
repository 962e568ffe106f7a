import { setTimeout as pause } from "node:timers/promises";
import { UserError, type ExplainedPair } from "../../index.ts";
import {
  BatchQueue,
  type Answered,
  type AnsweredExplanation,
  type Asker,
  type Batch,
  type Item,
  type QueueLimits,
} from "./batch-queue.ts";
import { EngineLost, type Checked, type Engine, type EngineFacts } from "./engine.ts";
import { Fault, retryLater } from "./fault.ts";

export interface ServedModelOptions extends QueueLimits {
  readonly name: string;
  /** The folder, or the name on the hub. */
  readonly source: string;
  readonly open: (source: string) => Promise<Engine>;
  readonly onBatch: (batch: { readonly documents: number; readonly tokens: number; readonly seconds: number }) => void;
  /** Called when the process of the model ended by itself. */
  readonly onLost: (reason: string) => void;
}

/** Milliseconds until an engine is started anew: 0 at first, then more after each failure soon after the one before. */
const backOff = [0, 1000, 2000, 5000, 10_000, 30_000];
const healthyAfter = 60_000;
/** Milliseconds in which the process of a former engine ends by itself. */
const patience = 5000;
const stopping = (): Fault => retryLater(503, "The server is stopping.", 5);

/**
 * A model under its name: its queue, the engine that computes, and what happens when one engine follows another. The
 * queue outlives the engine: texts that wait are answered by the next one.
 */
export class Served {
  readonly name: string;
  readonly queue: BatchQueue;
  #source: string;
  readonly #options: ServedModelOptions;
  #engine: Engine | undefined;
  #facts: EngineFacts | undefined;
  #generation = 0;
  #isReloading = false;
  #isClosed = false;
  #closing: Promise<void> | undefined;
  #wakeLoop: () => void = () => {};
  #working: Promise<void> = Promise.resolve();
  #batch: Promise<void> = Promise.resolve();

  constructor(options: ServedModelOptions) {
    this.name = options.name;
    this.#source = options.source;
    this.queue = new BatchQueue(options);
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#engine !== undefined;
  }
  /** The folder that is served, or the name on the hub. */
  get source(): string {
    return this.#source;
  }
  /** Undefined until the model was opened for the first time. */
  get facts(): EngineFacts | undefined {
    return this.#facts;
  }
  /** Counts the times that the folder was opened by the user's wish. */
  get version(): string {
    return String(this.#generation);
  }

  /** Opens and warms the model, or another folder in its place, and begins to answer. @throws the error of opening it */
  async start(source: string = this.#source): Promise<void> {
    const engine = await this.#openWarm(source);
    this.#source = source;
    if (this.#isClosed) return engine.close(patience);
    this.#use(engine);
    this.#generation = 1;
    this.#working = this.#work();
  }

  /**
   * Opens the folder anew, or another one, beside the old engine, which answers until the new one is warm.
   * @throws Fault 409 during another reload, 503 if the folder does not open: the old engine stays then
   */
  async reload(source: string = this.#source): Promise<string> {
    if (this.#isReloading)
      throw new Fault(
        409,
        `The model ${this.name} is being reloaded already. Wait until that is done: its version changes then.`,
      );
    this.#isReloading = true;
    try {
      const engine = await this.#openWarm(source);
      if (this.#isClosed) {
        await engine.close(patience);
        throw new Error("the server is stopping");
      }
      const former = this.#engine;
      this.#source = source;
      this.#use(engine);
      this.#generation++;
      // The batch that the former one computes is answered by it.
      void this.#batch.then(() => former?.close(patience));
      return this.version;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw retryLater(503, `The model ${this.name} could not be reloaded, and the former one goes on: ${why}`, 5);
    } finally {
      this.#isReloading = false;
    }
  }

  /** Waits for an answer to each text. Aborting takes those out of the queue that still wait. */
  predict(
    inputs: readonly { readonly input: Checked; readonly cost: number }[],
    { signal, isWanted, bytes }: Asker,
  ): Promise<Answered[]> {
    return new Promise((resolve, reject) => {
      const answers: Answered[] = [];
      let open = inputs.length;
      const items = inputs.map(({ input, cost }, i): Item => ({
        input,
        cost,
        isWanted,
        answer: (answer) => {
          answers[i] = answer;
          if (--open > 0) return;
          signal.removeEventListener("abort", leave);
          resolve(answers);
        },
        fail,
      }));
      function leaveAll(this: void, queue: BatchQueue): void {
        for (const item of items) queue.remove(item);
      }
      const { queue } = this;
      function fail(error: Error): void {
        signal.removeEventListener("abort", leave);
        leaveAll(queue);
        reject(error);
      }
      function leave(): void {
        fail(signal.reason as Error);
      }
      if (this.#isClosed) return fail(stopping());
      if (signal.aborted) return leave();
      queue.add(items, bytes);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  /** Waits for the explanation of a pair's label, in the same queue. Aborting takes it out if it still waits. */
  explain(
    { input, cost }: { readonly input: Checked; readonly cost: number },
    explained: ExplainedPair,
    { signal, isWanted, bytes }: Asker,
  ): Promise<AnsweredExplanation> {
    let leave = (): void => {};
    const explanation = new Promise<AnsweredExplanation>((resolve, reject) => {
      const item = { input, cost, explained, isWanted, answer: resolve, fail: reject };
      leave = () => {
        this.queue.remove(item);
        reject(signal.reason as Error);
      };
      if (this.#isClosed) return reject(stopping());
      if (signal.aborted) return leave();
      this.queue.add([item], bytes);
      signal.addEventListener("abort", leave, { once: true });
    });
    return explanation.finally(() => signal.removeEventListener("abort", leave));
  }

  /** Ends the engine, with so many milliseconds for its process; whatever waits or is computed fails. */
  close(milliseconds: number): Promise<void> {
    return (this.#closing ??= this.#close(milliseconds));
  }

  async #close(milliseconds: number): Promise<void> {
    this.#isClosed = true;
    this.queue.clear(stopping());
    this.queue.stop();
    this.#wakeLoop();
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.close(milliseconds);
    await this.#working;
  }

  async #openWarm(source: string = this.#source): Promise<Engine> {
    const engine = await this.#options.open(source);
    try {
      const entities = engine.facts.finds && engine.facts.kind !== "pair" ? [] : warmEntities;
      await engine.predict([{ text: "Ada met Bob.", entities }]).catch((error: unknown) => {
        // A model may refuse the text of the warm-up, having read it; a crash is another matter.
        if (!(error instanceof UserError)) throw error;
      });
      return engine;
    } catch (error) {
      await engine.close(patience);
      throw error;
    }
  }

  #use(engine: Engine): void {
    this.#engine = engine;
    this.#facts = engine.facts;
    const since = performance.now();
    void engine.lost.then((reason) => {
      if (reason === undefined || this.#engine !== engine) return;
      this.#engine = undefined;
      this.#options.onLost(reason);
      void this.#revive(performance.now() - since > healthyAfter ? 0 : 1);
    });
    this.#wakeLoop();
  }

  async #revive(first: number): Promise<void> {
    for (let attempt = first; !this.#isClosed; attempt++) {
      if (attempt > 1) await pause(backOff[Math.min(attempt, backOff.length - 1)], undefined, { ref: false });
      if (this.#isClosed || this.#engine) return;
      try {
        const engine = await this.#openWarm();
        if (this.#isClosed || this.#engine) await engine.close(patience);
        else this.#use(engine);
        return;
      } catch (error) {
        this.#options.onLost(error instanceof Error ? error.message : String(error));
      }
    }
  }

  async #work(): Promise<void> {
    while (!this.#isClosed) {
      await this.queue.filled();
      // Texts wait in the queue until there is an engine again, or their time is over.
      while (!this.#engine && !this.#isClosed) await new Promise<void>((resolve) => (this.#wakeLoop = resolve));
      if (this.#isClosed) return;
      const batch = this.queue.take();
      if (!batch.explanation && batch.texts.length === 0) continue;
      this.#batch = this.#answer(this.#engine!, batch);
      await this.#batch;
      this.queue.finish();
    }
  }

  async #answer(engine: Engine, batch: Batch): Promise<void> {
    if (!batch.explanation) return this.#label(engine, batch.texts);
    const start = performance.now();
    const [{ input, explained, answer, fail }, arrived] = batch.explanation;
    try {
      const explanation = await engine.explain(input, explained);
      answer({ explanation, queued: start - arrived, inference: performance.now() - start });
    } catch (error) {
      fail(this.#isClosed ? stopping() : error instanceof EngineLost ? startedAgain(error) : (error as Error));
    }
  }

  async #label(engine: Engine, batch: readonly (readonly [Item, number])[]): Promise<void> {
    const start = performance.now();
    try {
      const predictions = await engine.predict(batch.map(([{ input }]) => input));
      const inference = performance.now() - start;
      const tokens = batch.reduce((sum, [{ cost }]) => sum + cost, 0);
      this.queue.measure(tokens, inference);
      this.#options.onBatch({ documents: batch.length, tokens, seconds: inference / 1000 });
      // Once the next batch is with the model, which would wait meanwhile.
      setImmediate(() => {
        for (const [i, [item, arrived]] of batch.entries())
          item.answer({ prediction: predictions[i]!, queued: start - arrived, inference });
      });
    } catch (error) {
      if (this.#isClosed) for (const [item] of batch) item.fail(stopping());
      else if (error instanceof EngineLost) {
        for (const [item] of batch) item.fail(startedAgain(error));
      } else if (error instanceof UserError && batch.length > 1) {
        // One text that the model refuses is no failure of the others.
        for (const one of batch) await this.#label(engine, [one]);
      } else for (const [item] of batch) item.fail(error as Error);
    }
  }
}

const startedAgain = ({ message }: EngineLost): Fault =>
  retryLater(503, `The process of the model ended (${message}). It is started again.`, 1);

const warmEntities = [
  { start: 0, end: 3 },
  { start: 8, end: 11 },
];
