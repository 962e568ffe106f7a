// `relata export MODEL --page OUT` in a browser with WebGPU: the page computes there, says so, and answers what Node answers.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type * as Library from "../../src/index.ts";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { parseJsonLines, relata, Workplace } from "../support/run-cli.ts";
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

interface Logged {
  readonly type: string;
  readonly loss: number;
}

/** The losses of a run on a thread of the page, on its GPU. */
const lossesInTab = (documents: readonly unknown[], settings: object): string => `new Promise((resolve) => {
  const thread = new Worker("training-worker.js", { type: "module" });
  const losses = [];
  thread.onmessage = ({ data }) => {
    if (data.kind !== "event") resolve([losses, data.message ?? data.kind]);
    else if (data.event.type === "step") losses.push(data.event.loss);
  };
  const run = { name: "mails", documents: ${JSON.stringify(documents)}, settings: ${JSON.stringify(settings)} };
  thread.postMessage({ kind: "train", run, relata: "0", processor: "gpu" });
})`;

/** Skips a test where the browser has no GPU, not even SwiftShader's. */
async function skipWithoutGpu(page: { evaluate(code: string): Promise<unknown> }, skip: () => never): Promise<void> {
  if ((await page.evaluate("navigator.gpu?.requestAdapter().then((adapter) => adapter?.info.vendor)")) !== undefined)
    return;
  console.warn("SKIPPED: the page was not tested on WebGPU: this Chromium has no SwiftShader.");
  skip();
}

test.skipIf(!hasChromium)(
  "two steps of training on the GPU of a tab have the losses of Node",
  async ({ skip }) => {
    const { url } = await serveFiles(fileURLToPath(new URL("../../dist/page/static/", import.meta.url)));
    const { page } = await openPage(url, { hasGpu: true });
    await skipWithoutGpu(page, skip);
    const place = new Workplace();
    const data = place.path("mails.jsonl");
    await relata(["data", "convert", place.examples("annotations.jsonlines", 6), data, "--to", "relata"]);
    const documents = parseJsonLines<{ entities: { type?: string }[] }>(readFileSync(data, "utf8")).map((one) => ({
      ...one,
      entities: one.entities.map((entity) => ({ ...entity, type: entity.type ?? "" })),
    }));
    const flags = ["--max-steps", "2", "--batch-size", "2", "--seed", "42", "--test-size", "0"];
    const { code, stderr } = await relata([
      "train",
      data,
      "--model",
      "luke-mini",
      "--output",
      place.path("node"),
      ...flags,
    ]);
    expect(code, stderr).toBe(0);
    const log = parseJsonLines<Logged>(readFileSync(place.path("node/metrics.jsonl"), "utf8"));
    const expected = log.filter(({ type }) => type === "step").map(({ loss }) => loss);
    const settings = { maxSteps: 2, batchSize: 2, seed: 42 };
    const [losses, end] = (await page.evaluate(lossesInTab(documents, settings))) as [number[], string];
    place.remove();
    expect(end).toBe("trained");
    expect(losses.length).toBe(2);
    for (const [i, loss] of losses.entries()) expect(Math.abs(loss / expected[i]! - 1)).toBeLessThan(1e-4);
  },
  600_000,
);

describe.skipIf(!hasChromium)("a static page in a browser with WebGPU", () => {
  test("computes on the GPU if it is chosen, and on the CPU after another choice", async ({ skip }) => {
    const model = await modelFolder(pairHead);
    const folder = join(newFolder(), "page");
    expect((await relata(["export", model, "--page", folder])).code).toBe(0);
    const { url } = await serveFiles(folder);
    const query = new URLSearchParams({ processor: "gpu", text: document.text });
    for (const { start, end, type } of document.entities) query.append("span", `${start}:${end}:${type}`);
    const { page, errors } = await openPage(`${url}?${query.toString()}`, { hasGpu: true });
    await skipWithoutGpu(page, skip);
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
