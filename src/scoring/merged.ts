/**
 * Takes from several generators at once and yields their events as they come; returns their results in order. If one
 * throws or the caller leaves early, the others are closed.
 */
export async function* merged<Event, Result>(
  generators: readonly AsyncGenerator<Event, Result>[],
): AsyncGenerator<Event, Result[]> {
  const results: Result[] = [];
  const step = (i: number): Promise<readonly [number, IteratorResult<Event, Result>]> =>
    generators[i]!.next().then((next) => [i, next] as const);
  const waiting = new Map(generators.map((_, i) => [i, step(i)]));
  try {
    while (waiting.size > 0) {
      const [i, next] = await Promise.race(waiting.values());
      if (next.done) {
        results[i] = next.value;
        waiting.delete(i);
      } else {
        yield next.value;
        waiting.set(i, step(i));
      }
    }
    return results;
  } finally {
    for (const step of waiting.values()) step.catch(() => {}); // the first failure is the one to report
    await Promise.allSettled([...waiting.keys()].map((i) => generators[i]!.return(undefined as Result)));
  }
}
