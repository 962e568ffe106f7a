// `relata export MODEL --page OUT`: the page answers in the browser what the library answers in Node.
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type * as Library from "../../src/index.ts";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { relata } from "../support/run-cli.ts";
import { modelFolder, newFolder } from "../support/tiny-models.ts";
import { expectAccessible, hasChromium, openPage } from "./browser.ts";
import { serveFiles } from "./files.ts";

const { openModel } = createRequire(import.meta.url)("relata") as typeof Library;
/** Milliseconds from the navigation to the first answer, by the clock of the page: the start of the browser is not among them. */
async function answeredAfter(page: Page): Promise<number> {
  for (const end = Date.now() + 120_000; Date.now() < end; await pause(10)) {
    const milliseconds = (await page.evaluate("window.relataAnswer && performance.now()")) as number | undefined;
    if (milliseconds) return Math.round(milliseconds);
  }
  throw new Error("the page has no answer after two minutes");
}

describe.skipIf(!hasChromium)("a static page", () => {
  test("answers what Node answers, without a server", async () => {
    const model = process.env["RELATA_PAGE_MODEL"] ?? (await modelFolder(pairHead));
    const folder = join(newFolder(), "page");
    const { code, stderr } = await relata(["export", model, "--page", folder]);
    expect([code, stderr]).toEqual([0, expect.stringContaining("runs in the browser")]);
    const { server, url } = await serveFiles(folder);
    const document = {
      text: "Ada met Bob in Rome.",
      entities: [
        { start: 0, end: 3, type: "WHO" },
        { start: 8, end: 11, type: "WHO" },
        { start: 15, end: 19, type: "WHERE" },
      ],
    };
    const query = new URLSearchParams({ text: document.text });
    for (const { start, end, type } of document.entities) query.append("span", `${start}:${end}:${type}`);
    const { page, errors } = await openPage(`${url}?${query.toString()}`);
    console.log(`from load to answer: ${await answeredAfter(page)} ms`);
    await page.waitForSelector(".canvas .words", { timeout: 120_000 });
    await page.getByLabel(/Least probability/).fill("0");
    await page.getByLabel(/Show pairs without relation/).check();
    await expect.poll(() => page.locator(".relations .row").count(), { timeout: 120_000 }).toBe(6);
    const shown = (await page.evaluate("window.relataAnswer.relations")) as {
      head: number;
      tail: number;
      probabilities: Record<string, number>;
    }[];
    const opened = await openModel(model, { threads: 1 });
    const { relations } = await opened.predict(document);
    await opened.close();
    for (const { head, tail, probabilities } of relations) {
      const other = shown.find((one) => one.head === head && one.tail === tail)!;
      for (const [label, probability] of Object.entries(probabilities))
        expect(Math.abs(other.probabilities[label]! - probability)).toBeLessThanOrEqual(1e-4);
    }
    const word = page.locator(".relations .row").first();
    await word.click();
    await page.getByRole("button", { name: "Why?" }).click();
    await expect.poll(() => page.locator(".why table").count(), { timeout: 60_000 }).toBe(2);
    await expectAccessible(page);
    expect(errors).toEqual([]);
    // Without its server: everything is kept a moment after the first answer.
    const isKept = `caches.open("relata-model").then((cache) => cache.keys()).then((all) =>
      all.some(({ url }) => url.includes("model.safetensors")) && navigator.serviceWorker.controller !== null)`;
    await expect.poll(() => page.evaluate(isKept), { timeout: 120_000 }).toBe(true);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await page.reload();
    console.log(`without network, from load to answer: ${await answeredAfter(page)} ms`);
    await page.getByLabel(/Least probability/).fill("0");
    await page.getByLabel(/Show pairs without relation/).check();
    await expect.poll(() => page.locator(".relations .row").count(), { timeout: 120_000 }).toBe(6);
  });
});
