import type { MessagePort } from "node:worker_threads";
import type { ArgumentsOf, JobName } from "./jobs.ts";
import type { SerializedError } from "./error-crossing.ts";

/** The data that a thread starts with. */
export interface ThreadData {
  readonly gate: Int32Array<SharedArrayBuffer>;
  /** The port that takes the names of files that the thread has not finished; see files/temporary.ts. */
  readonly unfinished: MessagePort;
  /** Whether the thread waits for a debugger before it does anything. */
  readonly inspects: boolean;
}

/** The port at which a debugger attaches to the thread: that of `node --inspect`, where debuggers look for it. */
export const inspectorPort = 9229;

export interface Call<Name extends JobName = JobName> {
  readonly type: "call";
  readonly id: number;
  readonly job: Name;
  readonly arguments: ArgumentsOf<Name>;
  /**
   * One shared int32: 1 asks the job to stop. It is shared memory, since the thread reads no messages while it
   * computes.
   */
  readonly stop: SharedArrayBuffer;
}

/** Messages to the thread. */
export type Order =
  | Call
  /** Asks the job of a call to stop; sent beside the shared number, for jobs that wait and do not look at it. */
  | { readonly type: "stop"; readonly id: number }
  /** Reports how many events of a call the caller has taken since its start. */
  | { readonly type: "taken"; readonly id: number; readonly count: number };

/** Messages from the thread. */
export type Reply =
  | { readonly id: number; readonly event: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: SerializedError };

/** The number of events not yet taken at which a job waits for its caller. */
export const eventsInFlight = 64;
