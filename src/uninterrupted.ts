import { Interrupted } from "./errors.ts";

/**
 * Work that must not be interrupted. If Node ends a worker thread while the thread is inside a native call of ONNX
 * Runtime, the call comes back to a thread that may run no JavaScript any more, and the whole process aborts. So a
 * thread that runs models counts its native calls, and the saving of files, in memory that it shares with the thread
 * that started it. The owner ends the thread, or the process, only once none of these is running.
 */

/** The positions of the two shared numbers: the count of running calls, and whether the gate is shut. */
const underWay = 0;
const isShut = 1;

type Shared = Int32Array<SharedArrayBuffer>;

/** Milliseconds between two checks; a batch takes longer. */
const interval = 5;
/** Milliseconds after which the process ends anyway: longer than a batch should take. */
const longestBlock = 30_000;

/** Held by the owner of a thread that does such work. */
export class Gate {
  readonly shared: Shared = new Int32Array(new SharedArrayBuffer(8));

  constructor() {
    if (living.size === 0) process.on("exit", blockUntilDone);
    living.add(this);
  }

  /** Lets no more work begin, and resolves when the running work is done. */
  async shut(): Promise<void> {
    Atomics.store(this.shared, isShut, 1);
    while (Atomics.load(this.shared, underWay) > 0) await new Promise((resolve) => setTimeout(resolve, interval));
  }

  /** Does the same synchronously, for a caller that cannot await a promise. */
  shutAndBlock(): void {
    Atomics.store(this.shared, isShut, 1);
    const last = performance.now() + longestBlock;
    for (let count = Atomics.load(this.shared, underWay); count > 0; count = Atomics.load(this.shared, underWay)) {
      const left = last - performance.now();
      if (left <= 0 || Atomics.wait(this.shared, underWay, count, left) === "timed-out") return;
    }
  }

  /** Must be called once the thread has ended; none of its work goes on. */
  forget(): void {
    Atomics.store(this.shared, underWay, 0);
    living.delete(this);
    if (living.size === 0) process.off("exit", blockUntilDone);
  }
}

/** The gates of the threads that are alive. */
const living = new Set<Gate>();

function blockUntilDone(): void {
  for (const gate of living) gate.shutAndBlock();
}

/** The running work of a thread that has no owner to count it. */
const atHome = new Set<Promise<unknown>>();
let isHomeShut = false;

/** Lets no more such work begin, on any thread; once it resolves, the process may end. */
export async function shutAllGates(): Promise<void> {
  isHomeShut = true;
  await Promise.all([Promise.allSettled(atHome), ...[...living].map((gate) => gate.shut())]);
}

async function workAtHome<T>(work: () => Promise<T>): Promise<T> {
  if (isHomeShut) throw new Interrupted("stopped");
  const working = work();
  atHome.add(working);
  try {
    return await working;
  } finally {
    atHome.delete(working);
  }
}

/** The gate of this thread; undefined on a thread that has no owner. */
let own: Shared | undefined;

/** Makes this thread count its uninterrupted work in the gate of its owner. */
export function passThrough(shared: Shared): void {
  own = shared;
}

/**
 * Does work that the owner of this thread waits for.
 * @throws Interrupted once the gate is shut, before the work begins.
 */
export async function uninterrupted<T>(work: () => Promise<T>): Promise<T> {
  const gate = own;
  if (!gate) return workAtHome(work);
  Atomics.add(gate, underWay, 1);
  try {
    if (Atomics.load(gate, isShut) === 1) throw new Interrupted("stopped");
    return await work();
  } finally {
    Atomics.sub(gate, underWay, 1);
    Atomics.notify(gate, underWay);
  }
}
