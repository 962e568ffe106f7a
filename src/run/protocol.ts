import type { MessagePort } from "node:worker_threads";
import type { ArgumentsOf, JobName } from "./jobs.ts";
import type { SerializedError } from "./error-crossing.ts";

/** The start of a thread. */
export interface ThreadData {
  readonly gate: Int32Array<SharedArrayBuffer>;
  /** Takes the names of files that the thread has not finished; see files/temporary.ts. */
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
  /** One shared int32: 1 asks the job to stop. Shared memory, since the thread reads no messages while it computes. */
  readonly stop: SharedArrayBuffer;
}

/** Messages to the thread. */
export type Order =
  | Call
  /** The job of a call is to stop; sent beside the shared number, for jobs that wait and do not look at it. */
  | { readonly type: "stop"; readonly id: number }
  /** So many events of a call were taken, counted from its start. */
  | { readonly type: "taken"; readonly id: number; readonly count: number };

/** Messages from the thread. */
export type Reply =
  | { readonly id: number; readonly event: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: SerializedError };

/** A job waits once so many of its events were not taken. */
export const eventsInFlight = 64;
