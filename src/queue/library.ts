/**
 * The parts of BullMQ that are used. Its own types are not imported, since it is installed only where queues are used.
 */
export interface QueueLibrary {
  readonly Queue: new <Data>(name: string, options: object) => JobQueue<Data>;
  readonly Worker: new <Data>(
    name: string,
    work: (job: QueuedJob<Data>, token?: string) => Promise<void>,
    options: object,
  ) => { on(event: "error", listener: (error: Error) => void): unknown; close(isForced?: boolean): Promise<void> };
  /** Thrown by a worker: the job fails without another attempt. */
  readonly UnrecoverableError: new (message: string) => Error;
  /** Thrown by a worker that has given its job back by `moveToWait`. */
  readonly WaitingError: new () => Error;
}

/** A job as it stands in the queue. */
export interface QueuedJob<Data> {
  readonly data: Data;
  readonly attemptsMade: number;
  readonly failedReason?: string | undefined;
  /** Gives the job back, without an attempt. */
  moveToWait(token?: string): Promise<unknown>;
  /** Moves a dead letter back into the queue. */
  retry(state: "failed"): Promise<void>;
}

export interface JobQueue<Data> {
  on(event: "error", listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  addBulk(jobs: readonly { readonly name: string; readonly data: Data; readonly opts: object }[]): Promise<unknown>;
  /** The dead letters. */
  getFailed(): Promise<QueuedJob<Data>[]>;
  getJobCounts(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}
