import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Interrupted } from "../errors.ts";
import { eventsAhead, eventsKept, Run } from "./run.ts";

/** Work of so many events that ends at its next event once it is to stop. */
const counting = (count: number, log: number[] = []) =>
  async function* (signal: AbortSignal): AsyncGenerator<number, string> {
    for (let i = 0; i < count; i++) {
      signal.throwIfAborted();
      log.push(i);
      yield i;
      await pause(0);
    }
    return "result";
  };

async function* failing(): AsyncGenerator<number, string> {
  yield 1;
  throw new Error("broken");
}

async function eventsOf<T>(run: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of run) events.push(event);
  return events;
}

describe("a run", () => {
  test("gives its events to a loop, its result to who awaits it, and both to who wants both", async () => {
    expect(await eventsOf(new Run(counting(3)))).toEqual([0, 1, 2]);
    expect(await new Run(counting(3)).result).toBe("result");
    const run = new Run(counting(3));
    expect(await Promise.all([eventsOf(run), run.result])).toEqual([[0, 1, 2], "result"]);
    expect(await run.result).toBe("result");
    expect(await eventsOf(run)).toEqual([]);
  });

  test("is delegated to by yield*, which gives its result", async () => {
    async function* outer(): AsyncGenerator<number, string> {
      return yield* new Run(counting(2));
    }
    const all = outer();
    expect([await all.next(), await all.next(), await all.next()]).toEqual([
      { done: false, value: 0 },
      { done: false, value: 1 },
      { done: true, value: "result" },
    ]);
  });

  test("waits for a slow loop, which sees everything", async () => {
    const log: number[] = [];
    const run = new Run(counting(300, log));
    const seen: number[] = [];
    for await (const event of run) {
      seen.push(event);
      if (event === 0) await pause(100);
      expect(log.length - seen.length).toBeLessThanOrEqual(eventsAhead + 1);
    }
    expect(seen).toHaveLength(300);
    expect(run.skipped).toBe(0);
  });

  test("that nobody follows keeps the newest events and counts the others", async () => {
    const run = new Run(counting(eventsKept + 10));
    expect(await run.result).toBe("result");
    expect(run.skipped).toBe(10);
    expect((await eventsOf(run))[0]).toBe(10);
  });

  test("does not wait for a loop that waits for its result", async () => {
    const run = new Run(counting(3 * eventsAhead));
    for await (const _ of run) expect(await run.result).toBe("result");
  });
});

describe("an error", () => {
  // A rejection that nobody handles fails vitest by itself.
  test("is thrown by the loop alone, by the result alone, or by nothing at all", async () => {
    await expect(eventsOf(new Run(failing))).rejects.toThrow("broken");
    await expect(new Run(failing).result).rejects.toThrow("broken");
    void new Run(failing);
    await pause(20);
  });
});

describe("stopping", () => {
  test("by stop(), twice, ends the loop and the result with Interrupted", async () => {
    const run = new Run(counting(1e9));
    const loop = (async () => {
      for await (const event of run) {
        if (event !== 5) continue;
        run.stop();
        run.stop();
      }
    })();
    await expect(loop).rejects.toBeInstanceOf(Interrupted);
    await expect(run.result).rejects.toBeInstanceOf(Interrupted);
    run.stop();
  });

  test("by leaving the loop: the work is over when the loop is", async () => {
    const log: number[] = [];
    const run = new Run(counting(1e9, log));
    for await (const event of run) if (event === 5) break;
    const { length } = log;
    await pause(20);
    expect(log).toHaveLength(length);
    await expect(run.result).rejects.toBeInstanceOf(Interrupted);
  });

  test("by a signal, that of the options; one aborted before lets nothing begin", async () => {
    const controller = new AbortController();
    const run = new Run(counting(1e9), { signal: controller.signal });
    setTimeout(() => controller.abort(), 10);
    await expect(eventsOf(run)).rejects.toBeInstanceOf(Interrupted);
    const log: number[] = [];
    const late = new Run(counting(3, log), { signal: controller.signal });
    await expect(late.result).rejects.toBeInstanceOf(Interrupted);
    expect(log).toEqual([]);
  });

  test("leaves work its result where it has one all the same", async () => {
    const run = new Run(async function* (signal): AsyncGenerator<number, string> {
      while (!signal.aborted) {
        yield 1;
        await pause(1);
      }
      return "the best so far";
    });
    setTimeout(() => run.stop(), 10);
    expect(await run.result).toBe("the best so far");
  });

  test("after the end does nothing", async () => {
    const run = new Run(counting(2));
    expect(await run.result).toBe("result");
    run.stop();
    expect(await run.result).toBe("result");
  });
});
