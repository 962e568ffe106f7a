import { Interrupted, UsageError } from "../errors.ts";
import type { Manifest } from "./manifest.ts";

/**
 * Shards as somebody names them one after the other, until there are no more, or `ending` aborts, also while waiting.
 * @throws UsageError for one that the plan does not have; Interrupted when the signal is given, also while waiting
 */
export async function* namedShards(
  named: AsyncIterable<number>,
  { shards: { length } }: Pick<Manifest, "shards">,
  signal: AbortSignal,
  ending: AbortSignal,
): AsyncGenerator<number, void> {
  const iterator = named[Symbol.asyncIterator]();
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new Interrupted("stopped"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  stopped.catch(() => {}); // thrown by the race below, if anything waits
  const end: IteratorReturnResult<undefined> = { done: true, value: undefined };
  const ended = new Promise<typeof end>((resolve) =>
    ending.addEventListener("abort", () => resolve(end), { once: true }),
  );
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), stopped, ended]);
      if (next.done) return;
      if (!Number.isInteger(next.value) || next.value < 0 || next.value >= length)
        throw new UsageError(`${next.value} is no shard of this run: it has ${length}, from 0 to ${length - 1}.`);
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
