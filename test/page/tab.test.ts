// A page without a server: documents are annotated in the tab, a model learns from them there, and leaves as a zip.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import type * as Library from "../../src/index.ts";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { relata, Workplace } from "../support/run-cli.ts";
import { modelFolder } from "../support/tiny-models.ts";
import { expectAccessible, hasChromium, openPage } from "./browser.ts";
import { serveFiles } from "./files.ts";

const { openModel } = createRequire(import.meta.url)("relata") as typeof Library;
const place = new Workplace();
afterAll(() => place.remove());

describe.skipIf(!hasChromium)("a tab without a server", () => {
  test("annotates, trains, answers with the new model at once, and hands over its folder", async () => {
    const folder = place.path("page");
    expect((await relata(["export", await modelFolder(pairHead), "--page", folder])).code).toBe(0);
    const data = place.path("mails.jsonl");
    await relata(["data", "convert", place.examples("annotations.jsonlines", 6), data, "--to", "relata"]);
    const open = { id: "open", text: "Ada met Bob in Rome.", entities: [[0, 3, "WHO"], [8, 11, "WHO"], [15, 19, "WHERE"]] }; // prettier-ignore
    writeFileSync(data, `${readFileSync(data, "utf8")}${JSON.stringify(open)}\n`);

    const { url } = await serveFiles(folder);
    const query = new URLSearchParams({ text: open.text });
    for (const [start, end, type] of open.entities) query.append("span", `${start}:${end}:${type}`);
    const { page, errors } = await openPage(`${url}?${query.toString()}#annotate`, { acceptDownloads: true });
    await page.locator("aside input[type=file]").setInputFiles(data, { timeout: 60_000 });
    await expect.poll(() => page.locator(".documents .row").count(), { timeout: 60_000 }).toBe(7);
    await expect.poll(() => page.locator("aside").innerText()).toContain("6 of 7 done");

    // The seventh is annotated by hand, and stays after a reload.
    const drawn = page.locator("[data-relation]:not(:has(path)) text");
    await expect.poll(() => drawn.count()).toBeGreaterThan(1);
    const proposed = await drawn.count();
    await drawn.first().click();
    await page.keyboard.press("Delete");
    await expect.poll(() => drawn.count()).toBe(proposed - 1);
    await page.getByRole("button", { name: /^Done, next/ }).click();
    await expect.poll(() => page.locator("aside").innerText()).toContain("7 of 7 done");
    await page.reload();
    await expect.poll(() => page.locator("aside").innerText(), { timeout: 60_000 }).toContain("7 of 7 done");

    await page.getByLabel("Steps").fill("3");
    await page.getByRole("button", { name: "Train in this tab" }).click();
    await expect
      .poll(() => page.locator(".training [role=status]").innerText(), { timeout: 120_000 })
      .toContain("Trained.");
    await expect.poll(() => page.locator(".curve svg").getAttribute("aria-label")).toContain("step 3 of 3");
    expect(await page.locator(".curve .legend li").allInnerTexts()).toEqual([
      expect.stringMatching(/^loss of each step \(scale on the left\)/),
      expect.stringMatching(/^F1 .* \(scale on the right\)/),
    ]);
    expect(await page.locator(".curve .numbers.f1 span").allInnerTexts()).toEqual(["100 %", "50 %", "0 %"]);
    const losses = (await page.locator(".curve .numbers.loss span").allInnerTexts()).map(Number);
    expect(losses).toEqual([losses[0], losses[0]! / 2, 0]);
    expect(await page.locator(".curve .steps span").allInnerTexts()).toEqual(["0", "steps", "3"]);
    await expectAccessible(page);
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download the folder" }).click();
    const zip = unzipSync(new Uint8Array(readFileSync(await (await downloading).path())));
    for (const [name, bytes] of Object.entries(zip)) {
      mkdirSync(dirname(place.path(name)), { recursive: true });
      writeFileSync(place.path(name), bytes);
    }
    const model = await openModel(place.path("mails-model"), { threads: 1 });
    const entities = open.entities.map(([start, end, type]) => ({ start, end, type })) as {
      start: number;
      end: number;
      type: string;
    }[];
    const { relations } = await model.predict({ text: open.text, entities });
    await model.close();

    await page.getByRole("link", { name: "Try" }).click();
    await expect
      .poll(() => page.locator(".status").innerText(), { timeout: 60_000 })
      .toContain("trained-here: answered");
    const shown = (await page.evaluate("window.relataAnswer.relations")) as typeof relations;
    const differences = relations.flatMap(({ head, tail, probabilities }) => {
      const other = shown.find((one) => one.head === head && one.tail === tail)!;
      return Object.entries(probabilities).map(([label, value]) => Math.abs(other.probabilities[label]! - value));
    });
    expect(differences.length).toBeGreaterThan(4);
    expect(Math.max(...differences)).toBeLessThan(1e-5);

    // A run that is stopped keeps what it has learnt.
    await page.getByRole("link", { name: "Annotate" }).click();
    await page.getByLabel("Steps").fill("600");
    await page.getByRole("button", { name: "Train in this tab" }).click();
    const curve = page.locator(".curve svg");
    await expect.poll(() => curve.getAttribute("aria-label"), { timeout: 60_000 }).toMatch(/step [1-9]\d* of 600/);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    const status = page.locator(".training [role=status]");
    await expect.poll(() => status.innerText(), { timeout: 60_000 }).toContain("Stopped.");
    expect(await page.getByRole("button", { name: "Download the folder" }).count()).toBe(1);
    expect(errors).toEqual([]);
  });
});
