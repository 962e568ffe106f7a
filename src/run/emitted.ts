/**
 * Yields what `work` emits while it goes on, and returns its result. A caller that leaves early does not stop the work:
 * give it a signal for that.
 */
export async function* emitted<Event, Result>(
  work: (emit: (event: Event) => void) => Promise<Result>,
): AsyncGenerator<Event, Result> {
  const events: Event[] = [];
  let wake = (): void => {};
  let isOver = false;
  const emit = (event: Event): void => {
    events.push(event);
    wake();
  };
  const working = work(emit).finally(() => {
    isOver = true;
    wake();
  });
  working.catch(() => {}); // thrown by the return below
  for (;;) {
    if (events.length > 0) yield events.shift()!;
    else if (isOver) return working;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}
