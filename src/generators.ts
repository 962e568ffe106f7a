/**
 * Takes everything that a generator yields, in order, and returns its result. The next event is asked for once `take` is
 * done; if `take` throws, the generator is closed.
 */
export async function drain<Event, Result>(
  events: AsyncGenerator<Event, Result>,
  take: (event: Event) => void | Promise<void> = () => {},
): Promise<Result> {
  const noted = withResult(events);
  for await (const event of noted.events) await take(event);
  return noted.result();
}

/**
 * `to(item)` for each item, with no generator of its own: where every record of a large file passes, each further one
 * costs as much as the work on the record.
 */
export const transformed = <Item, Other>(
  items: AsyncGenerator<Item, void>,
  to: (item: Item) => Other,
): AsyncIterable<Other> => {
  const next = ({ value, done }: IteratorResult<Item, void>): IteratorResult<Other, void> =>
    done === true ? { value: undefined, done } : { value: to(value) };
  const iterator: AsyncIterator<Other, void> = {
    next: () => items.next().then(next),
    return: () => items.return().then(() => ({ value: undefined, done: true })),
  };
  return { [Symbol.asyncIterator]: () => iterator };
};

async function* awaited<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  yield* items;
}

/** Like `transformed`, without the items for which `to` returns undefined. If `to` throws, the items are closed. */
export function picked<Item, Other>(
  items: AsyncIterable<Item> | Iterable<Item>,
  to: (item: Item) => Other | undefined,
): AsyncIterable<Other> {
  type Answer = IteratorResult<Other, void>;
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : awaited(items);
  const close = async (): Promise<Answer> => {
    await iterator.return?.();
    return { value: undefined, done: true };
  };
  const refuse = async (error: unknown): Promise<never> => {
    await close();
    throw error;
  };
  const ask = (): Promise<Answer> => iterator.next().then(take);
  const take = (next: IteratorResult<Item, unknown>): Answer | Promise<Answer> => {
    if (next.done === true) return { value: undefined, done: true };
    try {
      const other = to(next.value);
      return other === undefined ? ask() : { value: other, done: false };
    } catch (error) {
      return refuse(error);
    }
  };
  const picking: AsyncIterator<Other, void> = { next: ask, return: close };
  return { [Symbol.asyncIterator]: () => picking };
}

/** Yields `to(event)` for each event and returns the same result. Closing it early closes the generator beneath. */
export async function* mapped<Event, Other, Result>(
  events: AsyncGenerator<Event, Result>,
  to: (event: Event) => Other,
): AsyncGenerator<Other, Result> {
  const noted = withResult(events);
  for await (const event of noted.events) yield to(event);
  return noted.result();
}

/** The events for a `for await`, which throws the result away, and the result once the loop has ended. */
export function withResult<Event, Result>(
  events: AsyncGenerator<Event, Result>,
): { readonly events: AsyncIterable<Event>; readonly result: () => Result } {
  let result: { readonly value: Result };
  const note = (next: IteratorResult<Event, Result>): IteratorResult<Event, Result> => {
    if (next.done) result = next;
    return next;
  };
  // No generator, which every document would pass through once more.
  const noting: AsyncIterator<Event, Result> = {
    next: () => events.next().then(note),
    return: () => events.return(undefined as Result),
  };
  return { events: { [Symbol.asyncIterator]: () => noting }, result: () => result.value };
}

/** The events for a loop that may be left and another that goes on from there: leaving it does not close the generator. */
export const unclosed = <Event>(events: AsyncGenerator<Event, unknown>): AsyncIterable<Event> => ({
  [Symbol.asyncIterator]: () => ({ next: () => events.next() as Promise<IteratorResult<Event>> }),
});
