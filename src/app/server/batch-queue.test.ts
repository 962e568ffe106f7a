import { describe, expect, it } from "vitest";
import { BatchQueue, type Batch, type Item } from "./batch-queue.ts";

const item = (cost: number): Item => ({
  input: { text: "", entities: [] },
  cost,
  isWanted: () => true,
  answer: () => {},
  fail: () => {},
});
const textsOf = (batch: Batch): number => (batch.explanation ? 0 : batch.texts.length);

/** The number of texts of each batch until the queue is empty. */
function sizes(queue: BatchQueue): number[] {
  const found: number[] = [];
  while (queue.size > 0) found.push(textsOf(queue.take()));
  return found;
}
const filled = (count: number, cost: number): BatchQueue => {
  const queue = new BatchQueue({ maxQueue: 1e6, batchTokens: 8192 });
  queue.add(Array.from({ length: count }, () => item(cost)));
  return queue;
};

describe("a batch", () => {
  it("is bounded by its tokens before the speed is known", () => {
    expect(sizes(filled(100, 100))).toEqual([81, 19]);
  });

  it("takes half a second at most once the speed is known", () => {
    const queue = filled(100, 100);
    // 8,000 tokens in two seconds: half a second is 2,000 tokens.
    queue.measure(8000, 2000);
    expect(sizes(queue)).toEqual([20, 20, 20, 20, 20]);
  });

  it("has one text at least, however slow the model is", () => {
    const queue = filled(3, 100);
    queue.measure(1, 1000);
    expect(sizes(queue)).toEqual([1, 1, 1]);
  });
});

describe("the bound of the queue", () => {
  it("holds for what waits and for what is computed, until that is finished", () => {
    const queue = new BatchQueue({ maxQueue: 300, batchTokens: 200 });
    const add = (): unknown => queue.add([item(100)]);
    for (const _ of [1, 2, 3]) add();
    expect(add).toThrow("The server is busy");
    expect(textsOf(queue.take())).toBe(2);
    expect([queue.tokens, queue.isFullFor(undefined)]).toEqual([100, true]);
    expect(add).toThrow("The server is busy");
    queue.finish();
    expect(queue.isFullFor(undefined)).toBe(false);
    add();
    add();
    expect(add).toThrow("The server is busy");
  });

  it("refuses bodies as long as one that had no room before they are read, until there is more", () => {
    const queue = new BatchQueue({ maxQueue: 300, batchTokens: 200 });
    queue.add([item(100)], 500);
    queue.add([item(150)], 800);
    expect([500, 800].map((bytes) => queue.isFullFor(bytes))).toEqual([false, false]);
    expect(() => queue.add([item(60)], 600)).toThrow("The server is busy");
    expect([599, 600, 9000, undefined].map((bytes) => queue.isFullFor(bytes))).toEqual([false, true, true, false]);
    expect(() => queue.requireRoom(600)).toThrow("The server is busy");
    queue.add([item(50)], 400);
    queue.take();
    queue.finish();
    expect(queue.isFullFor(600)).toBe(false);
  });
});
