// A long document under an annotator's hands: 10,000 characters, 60 entities, 200 arrows, from a key to the paint.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { TestServer } from "../support/server.ts";
import { modelFolder, newFolder } from "../support/tiny-models.ts";
import { hasChromium, openPage } from "./browser.ts";

const entities = Array.from({ length: 60 }, (_, i) => ({ start: i * 160, end: i * 160 + 9, type: i % 2 ? "A" : "B" }));
// Most relations are between neighbours, as in texts that people write; some go far.
const relations = Array.from({ length: 200 }, (_, i) => {
  const head = (i * 7) % 60;
  const tail = (head + (i % 10 === 0 ? 17 : 1 + (i % 4))) % 60;
  return { head, tail, label: i % 2 ? "WHO_DO" : "DO_WHEN" };
});
const text = "somewords here and there ".repeat(400).slice(0, 10_000);
const most = 100;

describe.skipIf(!hasChromium)("a long document", () => {
  test(`an act is painted within ${most} ms`, async () => {
    const data = join(newFolder(), "long.jsonl");
    writeFileSync(data, `${JSON.stringify({ id: "long", text, entities, relations })}\n`);
    const { server } = await TestServer.start([await modelFolder(pairHead)], { annotate: data });
    const { page, errors } = await openPage(server.url);
    await page.getByLabel("Your name").fill("Anna");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".canvas .words");
    await expect.poll(() => page.locator(".arrow path.stroke").count()).toBe(200);
    // Thread time, since other programs of the machine take their part of the clock: all that the page's thread does for acts,
    // from the key to the paint.
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    const worked = async (): Promise<number> => {
      const { metrics } = await devtools.send("Performance.getMetrics");
      return 1000 * metrics.find(({ name }) => name === "TaskDuration")!.value;
    };
    const timesOf = async (...keys: string[]): Promise<{ clock: number[]; thread: number }> => {
      const before = await worked();
      const clock = (await page.evaluate(`(async () => {
        const canvas = document.querySelector(".canvas");
        const times = [];
        for (const key of ${JSON.stringify(keys)}) {
          const start = performance.now();
          canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
          await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
          times.push(performance.now() - start);
        }
        return times;
      })()`)) as number[];
      return { clock: clock.toSorted((a, b) => a - b), thread: ((await worked()) - before) / keys.length };
    };
    await page.locator(".canvas").first().focus();
    await timesOf("e");
    for (const [act, keys] of [
      ["another type", ["1", "2"]],
      ["a selected word", ["ArrowRight", "ArrowRight"]],
      ["a new entity, and undone", ["ArrowRight", "1", "Delete"]],
      ["the next relation", ["a", "a"]],
      ["another label", ["1", "2"]],
    ] as const) {
      const { clock, thread } = await timesOf(...Array.from({ length: 6 }, () => keys).flat());
      const median = clock[clock.length >> 1]!;
      console.log(`${act}: ${thread.toFixed(0)} ms of the page's thread, ${median.toFixed(0)} ms by the clock`);
      expect(thread, act).toBeLessThan(most);
    }
    expect(errors).toEqual([]);
  });
});
