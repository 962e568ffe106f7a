// `relata export MODEL --page OUT`: the page answers in the browser what the library answers in Node.
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type * as Library from "../../src/index.ts";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { relata } from "../support/run-cli.ts";
import { modelFolder, newFolder } from "../support/tiny-models.ts";
import { expectAccessible, hasChromium, openPage } from "./browser.ts";
import { serveFiles } from "./files.ts";

const { openModel } = createRequire(import.meta.url)("relata") as typeof Library;
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
    const started = performance.now();
    const { page, errors } = await openPage(`${url}?${query.toString()}`);
    await page.waitForSelector(".canvas .words", { timeout: 120_000 });
    await page.getByLabel(/Least probability/).fill("0");
    await page.getByLabel(/Show pairs without relation/).check();
    await expect.poll(() => page.locator(".relations .row").count(), { timeout: 120_000 }).toBe(6);
    console.log(`from load to answer: ${Math.round(performance.now() - started)} ms`);
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
    const again = performance.now();
    await page.reload();
    await page.getByLabel(/Least probability/).fill("0");
    await page.getByLabel(/Show pairs without relation/).check();
    await expect.poll(() => page.locator(".relations .row").count(), { timeout: 120_000 }).toBe(6);
    console.log(`without network, from load to answer: ${Math.round(performance.now() - again)} ms`);
  });
});
