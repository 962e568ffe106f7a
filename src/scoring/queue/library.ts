/**
 * The parts of BullMQ that are used. Its own types are not imported, since it is installed only where queues are used.
 */
export interface QueueLibrary {
  readonly Queue: new (name: string, options: object) => ShardQueue;
  readonly Worker: new (
    name: string,
    work: (job: QueuedShard, token?: string) => Promise<void>,
    options: object,
  ) => { on(event: "error", listener: (error: Error) => void): unknown; close(): Promise<void> };
  /** Thrown by a worker: the job fails without another attempt. */
  readonly UnrecoverableError: new (message: string) => Error;
  /** Thrown by a worker that has given its job back by `moveToWait`. */
  readonly WaitingError: new () => Error;
}

/** A shard to be scored, as it stands in the queue. */
export interface ShardJob {
  /** The folder of the run; all machines see it under this path. */
  readonly folder: string;
  readonly run: string;
  readonly shard: number;
}

export interface QueuedShard {
  readonly data: ShardJob;
  readonly attemptsMade: number;
  readonly failedReason?: string | undefined;
  /** Gives the job back, without an attempt. */
  moveToWait(token?: string): Promise<unknown>;
  /** Moves a dead letter back into the queue. */
  retry(state: "failed"): Promise<void>;
}

export interface ShardQueue {
  on(event: "error", listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  addBulk(jobs: readonly { readonly name: string; readonly data: ShardJob; readonly opts: object }[]): Promise<unknown>;
  /** The dead letters. */
  getFailed(): Promise<QueuedShard[]>;
  getJobCounts(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}
