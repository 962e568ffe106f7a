// Selecting with the pointer in Chromium: the text keeps its place, whatever the buttons need.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { TestServer } from "../support/server.ts";
import { modelFolder, newFolder } from "../support/tiny-models.ts";
import { hasChromium, openPage, placeOf } from "./browser.ts";

const sentence = "Ada met Bob in Rome after Eve had written to Dan about Kim and Leo";
const types = ["PERSON", "ORGANIZATION", "LOCATION", "DATE", "QUANTITY", "PRODUCT", "EVENT", "LANGUAGE"];
/** Long enough that the buttons lie over its end in every window. */
const long = `${`${sentence} today. `.repeat(40)}Zoe called Max twice.`;

let url: string;
beforeAll(async () => {
  const path = join(newFolder(), "mails.jsonl");
  const words = [...long.matchAll(/\w+/g)].slice(20);
  const entities = types.map((type, i) => {
    const { index, 0: word } = words[2 * i]!;
    return { start: index, end: index + word.length, type };
  });
  const related = [
    { start: 0, end: 3, type: "PERSON" },
    { start: 12, end: 16, type: "LOCATION" },
    { start: 8, end: 11, type: "PERSON" },
  ];
  const short = { id: "short", text: "Tim saw Pam Rome.", entities: related };
  const documents = [
    { id: "long", text: long, entities, relations: [] },
    { ...short, relations: [{ head: 0, tail: 1, label: "DO_WHEN" }] },
  ];
  writeFileSync(path, documents.map((one) => `${JSON.stringify(one)}\n`).join(""));
  url = (await TestServer.start([await modelFolder(pairHead)], { annotate: path })).server.url;
});

async function begin(
  width: number,
  height: number,
  words = "Ada",
  more: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const opened = await openPage(url, { viewport: { width, height }, ...more });
  await opened.page.getByLabel("Your name").fill(`Anna ${width}`);
  await opened.page.keyboard.press("Enter");
  await opened.page.waitForSelector(".canvas .words");
  const row = opened.page.locator(".documents .row", { hasText: words });
  if ((await row.getAttribute("aria-current")) === null) await row.click();
  await expect.poll(() => row.getAttribute("aria-current")).toBe("true");
  await expect.poll(() => opened.page.locator(".canvas .words").first().textContent()).toContain(words);
  return opened;
}

/** Where the text stands in the window, and how its words are broken into lines. */
const textPlace = (page: Page): Promise<unknown> =>
  page.evaluate(`(() => {
    const { left, top, width } = document.querySelector(".canvas svg").getBoundingClientRect();
    return [left, top, width, ...[...document.querySelectorAll(".canvas .words")].map((one) => one.getAttribute("y"))];
  })()`);
const barHeight = (page: Page): Promise<number> =>
  page.evaluate(`document.querySelector(".bar").getBoundingClientRect().height`);

describe.skipIf(!hasChromium)("Selecting words", () => {
  for (const [width, height] of [
    [1280, 900],
    [390, 780],
  ] as const)
    test(`at ${width} pixels a drag selects the words under the pointer, and the text keeps its place`, async () => {
      const { page, errors } = await begin(width, height);
      await page.evaluate("scrollTo(0, 40)");
      const idle = await barHeight(page);
      const before = await textPlace(page);
      const [from, to] = [await placeOf(page, "Ada"), await placeOf(page, "Bob")];
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      expect(await textPlace(page)).toEqual(before);
      for (let step = 1; step <= 5; step++) {
        await page.mouse.move(from.x + ((to.x - from.x) * step) / 5, from.y);
        expect([await textPlace(page), await barHeight(page)]).toEqual([before, idle]);
      }
      await page.mouse.up();
      await expect.poll(() => page.locator(".bar .title").innerText()).toBe("“Ada met Bob” is");
      // The buttons of eight types need more room than the hint before them, and the text does not make it.
      expect(await barHeight(page)).toBeGreaterThan(idle + 10);
      expect(await textPlace(page)).toEqual(before);
      const other = await placeOf(page, "Eve");
      await page.mouse.click(other.x, other.y);
      await expect.poll(() => page.locator(".bar .title").innerText()).toBe("“Eve” is");
      expect(await textPlace(page)).toEqual(before);
      expect(errors).toEqual([]);
    });

  test("on a touch screen hints name no keys, and a relation is drawn by taps", async () => {
    const { page, errors } = await begin(820, 1180, "Tim", { hasTouch: true, isMobile: true });
    const title = page.locator(".bar .title");
    expect(await title.innerText()).toMatch(
      /^Tap words to mark an entity; tap an entity, then .+ to draw a relation\.$/,
    );
    const tap = async (words: string): Promise<void> => {
      const { x, y } = await placeOf(page, words);
      await page.touchscreen.tap(x, y);
    };
    await tap("saw");
    await expect.poll(() => title.innerText()).toBe("“saw” is");
    await tap("Pam");
    await page.getByRole("button", { name: "Relation from here" }).tap();
    await expect.poll(() => title.innerText()).toBe("Where does the relation from “Pam” go? Tap an entity.");
    const keys = page.locator("kbd, .canvas .hint");
    for (const one of await keys.all()) expect(await one.isVisible()).toBe(false);
    await tap("Tim");
    await expect.poll(() => title.innerText()).toBe("“Pam” → “Tim” is");
    await page.locator(".bar .choice").first().tap();
    await expect.poll(() => page.locator(".arrow text").count()).toBe(2);
    expect(errors).toEqual([]);
  });

  test("labels that are annotated between such types stand first, under their own keys", async () => {
    const { page, errors } = await begin(1280, 900, "Tim");
    const first = page.locator(".bar .choice").first();
    // From the third word to the fourth, a person and a place as in the relation of the file; then the other way.
    for (const key of ["r", "s", "d"]) await page.keyboard.press(key);
    await expect.poll(() => first.innerText()).toMatch(/^2\s*DO_WHEN$/);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".arrow text").allTextContents()).toEqual(["DO_WHEN", "DO_WHEN"]);
    for (const key of ["Escape", "r", "d", "s"]) await page.keyboard.press(key);
    await expect.poll(() => first.innerText()).toMatch(/^1\s*WHO_DO$/);
    expect(errors).toEqual([]);
  });
});
