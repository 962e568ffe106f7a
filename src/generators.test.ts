import { expect, test } from "vitest";
import { drain, mapped, picked, unclosed } from "./generators.ts";

const log: string[] = [];
async function* counting(): AsyncGenerator<number, string> {
  try {
    yield 1;
    yield 2;
    return "result";
  } finally {
    log.push("closed");
  }
}

test("drain takes every event in order, waits for each, and returns the result", async () => {
  const seen: number[] = [];
  const result = await drain(counting(), async (event) => {
    await new Promise((resolve) => setTimeout(resolve, 5 / event));
    seen.push(event);
  });
  expect({ seen, result }).toEqual({ seen: [1, 2], result: "result" });
});

test("drain closes the generator if an event cannot be taken, and throws why", async () => {
  log.length = 0;
  const refuse = (): void => {
    throw new Error("no");
  };
  await expect(drain(counting(), refuse)).rejects.toThrow("no");
  expect(log).toEqual(["closed"]);
});

test("mapped changes events, keeps the result, and closes the generator beneath when it is closed", async () => {
  const seen: number[] = [];
  expect(
    await drain(
      mapped(counting(), (event) => 10 * event),
      (event) => void seen.push(event),
    ),
  ).toBe("result");
  expect(seen).toEqual([10, 20]);
  log.length = 0;
  for await (const event of mapped(counting(), String)) if (event === "1") break;
  expect(log).toEqual(["closed"]);
});

test("unclosed lets a second loop go on where the first was left", async () => {
  log.length = 0;
  const events = counting();
  for await (const event of unclosed(events)) if (event === 1) break;
  expect(log).toEqual([]);
  expect(await drain(events, (event) => expect(event).toBe(2))).toBe("result");
});

test("picked leaves out the items for which there is nothing, takes lists too, and closes what it reads", async () => {
  log.length = 0;
  const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
    const seen: Item[] = [];
    for await (const item of items) seen.push(item);
    return seen;
  };
  const even = (item: number): string | undefined => (item % 2 === 0 ? `${item}` : undefined);
  expect(await all(picked(counting(), even))).toEqual(["2"]);
  expect(await all(picked([1, 3, 4, 5, 6], even))).toEqual(["4", "6"]);
  for await (const _ of picked(counting(), String)) break;
  const refuse = (): string => {
    throw new Error("no");
  };
  await expect(all(picked(counting(), refuse))).rejects.toThrow("no");
  expect(log).toEqual(["closed", "closed", "closed"]);
});
