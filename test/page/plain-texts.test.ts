// Annotating plain texts in Chromium, with a model that finds no entities.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { TestServer } from "../support/server.ts";
import { modelFolder, newFolder } from "../support/tiny-models.ts";
import { clickWords, expectAccessible, hasChromium, openPage } from "./browser.ts";

describe.skipIf(!hasChromium)("plain texts and a model that finds no entities", () => {
  test("the page says so, proposes relations between marked entities, and Page up goes to the document just left", async () => {
    const path = join(newFolder(), "mails.jsonl");
    const texts = ["Ada met Bob in Rome.", "Eve wrote to Dan.", "Kim saw Leo today."];
    writeFileSync(path, texts.map((text, i) => `${JSON.stringify({ id: `mail/${i}`, text })}\n`).join(""));
    // No pair is without relation: of two opposite logits one is above zero, that of no relation.
    const model = await modelFolder(pairHead, (weights) => {
      const { shape, data } = weights.get("classifier.weight")!;
      const width = shape[1]!;
      data.fill(0, 0, width);
      for (let i = 0; i < width; i++) data[2 * width + i] = -data[width + i]!;
    });
    const { server } = await TestServer.start([model], { annotate: path });
    const { page, errors } = await openPage(server.url);
    await page.getByLabel("Your name").fill("Anna");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".canvas .words");
    await expect.poll(() => page.getByText(/This model finds no entities/).count()).toBe(1);
    expect(await page.locator(".documents").innerText()).not.toContain("unsure");
    const propose = page.getByRole("button", { name: "Propose relations" });
    expect(await propose.isDisabled()).toBe(true);

    await page.getByLabel("Order").selectOption("file");
    const first = page.locator(".documents .row", { hasText: "Ada met" });
    await first.click();
    for (const name of ["Ada", "Bob"]) {
      await expect.poll(() => page.locator(".canvas .words").first().textContent()).toContain("Ada");
      // On a busy machine the words may still move to their place between looking and clicking.
      const selected = async (): Promise<string> => {
        await clickWords(page, name);
        return page.locator(".bar .title").innerText();
      };
      await expect.poll(selected).toContain(name);
      await page.keyboard.press("1");
      await page.keyboard.press("Escape");
    }
    await propose.click();
    await expect.poll(() => page.locator(".arrow path.stroke").count()).toBe(2);
    await expectAccessible(page);
    await propose.click();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => page.locator(".arrow path.stroke").count()).toBe(0);

    await page.getByRole("button", { name: "Done, next" }).click();
    await expect.poll(() => page.getByText("1 of 3 done").count()).toBe(1);
    await expect.poll(() => first.getAttribute("aria-current")).toBe(null);
    await page.keyboard.press("PageUp");
    await expect.poll(() => first.getAttribute("aria-current")).toBe("true");
    await page.keyboard.press("PageDown");
    await expect.poll(() => page.locator(".row[aria-current=true]").innerText()).toContain("Eve wrote");
    expect(errors).toEqual([]);
  });
});
