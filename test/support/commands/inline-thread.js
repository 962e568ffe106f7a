// Takes the place of dist/run/thread.js in a command host: jobs are done on the thread of the command, so that the
// recipes are loaded once and not again for every job. What crosses between threads is cloned as there.
import { debugWords } from "../../../dist/debug.js";
import { Interrupted } from "../../../dist/errors.js";
import { removeUnfinished } from "../../../dist/files/temporary.js";
import { drain } from "../../../dist/generators.js";
import { deserializeError, serializeError } from "../../../dist/run/error-crossing.js";
import { doJob, hasResultWhenStopped } from "../../../dist/run/job-table.js";
import { eventsInFlight } from "../../../dist/run/protocol.js";
import { shutAllGates } from "../../../dist/uninterrupted.js";

export { removeUnfinished };
export const endRuns = shutAllGates;

export class JobThread {
  hasEnded = false;

  constructor() {
    debugWords(); // an unknown word of RELATA_DEBUG is an error before any work
  }

  async *call(job, given, signal) {
    const stopping = new AbortController();
    const stop = () => stopping.abort(new Interrupted("stopped"));
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop);
    const events = [];
    let end;
    let wake = () => {};
    const change = () => new Promise((resolve) => (wake = resolve));
    const emit = async (event) => {
      if (!hasResultWhenStopped.has(job)) stopping.signal.throwIfAborted();
      events.push(structuredClone(event));
      wake();
      while (events.length >= eventsInFlight && !stopping.signal.aborted) await new Promise(setImmediate);
    };
    const control = { shouldStop: () => stopping.signal.aborted, signal: stopping.signal, emit };
    const work = drain(doJob({ job, arguments: structuredClone(given) }, control), emit)
      .then(
        (result) => (end = { result: structuredClone(result) }),
        (error) => (end = { error: deserializeError(structuredClone(serializeError(error))) }),
      )
      .finally(() => wake());
    try {
      for (;;) {
        if (events.length > 0) yield events.shift();
        else if (!end) await change();
        else if (end.error) throw end.error;
        else return end.result;
      }
    } finally {
      stop();
      await work;
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Frees the model that a job has opened, as the end of a thread does. */
  async close() {
    if (this.hasEnded) return;
    this.hasEnded = true;
    await drain(doJob({ job: "release" }, {}));
  }

  removeUnfinished() {
    removeUnfinished();
  }
}
