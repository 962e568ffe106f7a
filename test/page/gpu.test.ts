// `relata export MODEL --page OUT` in a browser with WebGPU: the page computes there, says so, and answers what Node answers.
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
const document = {
  text: "Ada met Bob in Rome.",
  entities: [
    { start: 0, end: 3, type: "WHO" },
    { start: 8, end: 11, type: "WHO" },
    { start: 15, end: 19, type: "WHERE" },
  ],
};

describe.skipIf(!hasChromium)("a static page in a browser with WebGPU", () => {
  test("computes on the GPU if it is chosen, and on the CPU after another choice", async ({ skip }) => {
    const model = await modelFolder(pairHead);
    const folder = join(newFolder(), "page");
    expect((await relata(["export", model, "--page", folder])).code).toBe(0);
    const { url } = await serveFiles(folder);
    const query = new URLSearchParams({ processor: "gpu", text: document.text });
    for (const { start, end, type } of document.entities) query.append("span", `${start}:${end}:${type}`);
    const { page, errors } = await openPage(`${url}?${query.toString()}`, { hasGpu: true });
    if (
      (await page.evaluate("navigator.gpu?.requestAdapter().then((adapter) => adapter?.info.vendor)")) === undefined
    ) {
      console.warn("SKIPPED: the page was not tested on WebGPU: this Chromium has no SwiftShader.");
      skip();
    }
    const said = page.locator(".processor");
    await expect.poll(() => said.innerText(), { timeout: 280_000 }).toContain("It computes on the GPU (");
    const answer = async (): Promise<{ relations: { probabilities: Record<string, number> }[] } | undefined> =>
      page.evaluate("window.relataAnswer");
    await expect.poll(answer, { timeout: 280_000 }).toBeTruthy();
    const opened = await openModel(model, { threads: 1 });
    const { relations } = await opened.predict(document);
    await opened.close();
    const expectEqual = async (): Promise<void> => {
      const shown = (await answer())!.relations;
      expect(shown.length).toBe(relations.length);
      for (const [i, { probabilities }] of relations.entries())
        for (const [label, probability] of Object.entries(probabilities))
          expect(Math.abs(shown[i]!.probabilities[label]! - probability)).toBeLessThanOrEqual(1e-4);
    };
    await expectEqual();
    await expectAccessible(page);

    await page.evaluate("delete window.relataAnswer");
    await page.getByLabel("Computes on").selectOption("cpu");
    await expect
      .poll(() => said.innerText(), { timeout: 120_000 })
      .toContain("It computes on the CPU (by WebAssembly)");
    await expect.poll(answer, { timeout: 120_000 }).toBeTruthy();
    await expectEqual();
    // The choice is kept.
    await page.goto(url);
    await expect.poll(() => said.innerText(), { timeout: 120_000 }).toContain("on the CPU");
    expect(errors).toEqual([]);
  }, 600_000);
});
