// The thread on which jobs are done: ONNX Runtime blocks whoever calls it, and so does reading large files.
import { parentPort, workerData } from "node:worker_threads";
import { setTimeout as pause } from "node:timers/promises";
import { reportUnfinished } from "../files/temporary.ts";
import { Interrupted } from "../errors.ts";
import { drain } from "../generators.ts";
import { passThrough } from "../uninterrupted.ts";
import { serializeError } from "./error-crossing.ts";
import { doJob, hasResultWhenStopped } from "./job-table.ts";
import { eventsInFlight, inspectorPort, type Call, type Order, type Reply, type ThreadData } from "./protocol.ts";

if (!parentPort) throw new Error("internal: this file runs in a worker thread only");
const port = parentPort;
const { gate, unfinished, inspects } = workerData as ThreadData;
// Returns once a debugger is attached.
if (inspects) (await import("node:inspector")).open(inspectorPort, "127.0.0.1", true);
passThrough(gate);
reportUnfinished((file) => unfinished.postMessage(file));
const reply = (message: Reply): void => port.postMessage(message);

/** Milliseconds that stopped work has to clean up before it counts as stuck. */
const grace = 1000;

/** A call that waits for its turn or is being done. */
class Answer {
  readonly #call: Call;
  readonly #stopping = new AbortController();
  #sent = 0;
  #taken = 0;
  #wake: () => void = () => {};

  constructor(call: Call) {
    this.#call = call;
  }

  stop(): void {
    this.#stopping.abort(new Interrupted("stopped"));
    this.#wake();
  }

  /** @param count the number of events that the caller has taken in all */
  take(count: number): void {
    this.#taken = count;
    this.#wake();
  }

  async run(): Promise<void> {
    const { id, job } = this.#call;
    try {
      const result = await (hasResultWhenStopped.has(job) ? this.#work() : this.#workUntilStopped());
      reply({ id, result });
    } catch (error) {
      reply({ id, error: serializeError(error) });
    }
  }

  #work(): Promise<unknown> {
    const flag = new Int32Array(this.#call.stop);
    const control = {
      shouldStop: () => Atomics.load(flag, 0) === 1,
      signal: this.#stopping.signal,
      emit: (event: unknown) => this.#send(event),
    };
    return drain(doJob(this.#call, control), control.emit);
  }

  /**
   * Stopped work ends at its next event. Work that waits for input may never come to one: then the owner ends the
   * thread.
   */
  #workUntilStopped(): Promise<unknown> {
    const { signal } = this.#stopping;
    const stuck = new Promise<never>((_, reject) => {
      const giveUp = async (): Promise<void> => {
        await pause(grace);
        reject(signal.reason as Error);
      };
      if (signal.aborted) void giveUp();
      else signal.addEventListener("abort", () => void giveUp(), { once: true });
    });
    const work = this.#work();
    work.catch(() => {});
    return Promise.race([work, stuck]);
  }

  /** Sends an event; waits if the caller takes events more slowly than they come. */
  async #send(event: unknown): Promise<void> {
    const { signal } = this.#stopping;
    const { id, job } = this.#call;
    if (!hasResultWhenStopped.has(job)) signal.throwIfAborted();
    reply({ id, event });
    this.#sent++;
    while (this.#sent - this.#taken >= eventsInFlight && !signal.aborted)
      await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

// Calls are done one after another, since sessions share the cores.
let queue = Promise.resolve();
const answers = new Map<number, Answer>();
port.on("message", (order: Order) => {
  if (order.type === "stop") answers.get(order.id)?.stop();
  else if (order.type === "taken") answers.get(order.id)?.take(order.count);
  else {
    const answer = new Answer(order);
    answers.set(order.id, answer);
    queue = queue.then(() => answer.run()).finally(() => answers.delete(order.id));
  }
});
