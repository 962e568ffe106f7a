// The page's Try, in Chromium: each act by mouse and by keyboard alone, with a tiny model.
import { writeFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { TestServer } from "../support/server.ts";
import { labels, modelFolder, newFolder } from "../support/tiny-models.ts";
import { clickWords, dragWords, expectAccessible, hasChromium, openPage, type Opened } from "./browser.ts";

const text = "Ada met Bob in Rome.";
let url: string;
beforeAll(async () => {
  const folder = await modelFolder(pairHead);
  url = (await TestServer.start([`one=${folder}`, `two=${folder}`])).server.url;
});

const open = async (
  query = `?text=${encodeURIComponent(text)}`,
  theme: "light" | "dark" = "light",
): Promise<Opened> => {
  const opened = await openPage(`${url}/${query}`, { colorScheme: theme, acceptDownloads: true });
  await opened.page.waitForSelector(query === "" ? "textarea" : ".canvas .words");
  return opened;
};
const entities = (page: Page) => page.locator(".entities .row");
const relations = (page: Page) => page.locator(".relations .row");
const everything = async (page: Page): Promise<void> => {
  await page.getByLabel(/Least probability/).fill("0");
  await page.getByLabel(/Show pairs without relation/).check();
};

describe.skipIf(!hasChromium)("Try in the browser", () => {
  test("by mouse: click a word, drag over several, see probabilities, undo, redo", async () => {
    const { page, errors } = await open();
    await everything(page);
    await clickWords(page, "Ada");
    await page.locator(".choice").first().click();
    await dragWords(page, "met", "Bob");
    await page.locator(".choice").first().click();
    await expect
      .poll(() => entities(page).allInnerTexts())
      .toEqual([expect.stringContaining("Ada"), expect.stringContaining("met Bob")]);
    await expect.poll(() => relations(page).count()).toBe(2);
    await page.locator("[data-relation]:not(:has(path)) text").first().click();
    await expect.poll(() => page.locator(".chosen tr").count()).toBe(labels.length);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => entities(page).count()).toBe(1);
    await page.getByRole("button", { name: "Redo" }).click();
    await expect.poll(() => relations(page).count()).toBe(2);
    await page.getByRole("button", { name: "Remove: Ada" }).click();
    await expect.poll(() => entities(page).count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test("by keyboard alone, and what is selected is said", async () => {
    const { page, errors } = await open();
    const isAt = (name: string) =>
      page.evaluate(`document.activeElement?.getAttribute("aria-label") === ${JSON.stringify(name)}`);
    for (let i = 0; i < 30 && !(await isAt("Text with entities and relations")); i++) await page.keyboard.press("Tab");
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await press("ArrowRight", "1");
    await expect.poll(() => page.locator("[aria-live]").innerText()).toBe("entity Ada, entity");
    await press("Escape", "End", "ArrowLeft", "Shift+ArrowLeft", "1");
    await expect
      .poll(() => entities(page).allInnerTexts())
      .toEqual([expect.stringContaining("Ada"), expect.stringContaining("in Rome")]);
    await press("Tab", "Tab");
    for (let i = 0; i < 30 && !(await page.evaluate(`document.activeElement.type === "checkbox"`)); i++)
      await press("Tab");
    await press("Space");
    await expect.poll(() => relations(page).count()).toBe(2);
    for (let i = 0; i < 30 && !(await isAt("Text with entities and relations")); i++) await press("Shift+Tab");
    await press("a");
    await expect.poll(() => page.locator(".chosen tr").count()).toBe(labels.length);
    await press("e", "Delete");
    await expect.poll(() => entities(page).count()).toBe(1);
    await press("Control+z");
    await expect.poll(() => entities(page).count()).toBe(2);
    expect(errors).toEqual([]);
  });

  test("by keyboard alone: threshold, second model, redo, program, file, download", async () => {
    const { page, errors } = await open();
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const tabTo = async (isIt: string): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        if (await page.evaluate(`((one) => ${isIt})(document.activeElement)`)) return;
        await press("Tab");
      }
      throw new Error(`Tab does not reach ${isIt}.`);
    };
    await tabTo(`one.labels?.[0]?.textContent.startsWith("Compare with")`);
    await press("t");
    await tabTo(`one.getAttribute("role") === "application"`);
    await press("ArrowRight", "1", "Escape", "ArrowRight", "ArrowRight", "1", "Control+z");
    await expect.poll(() => entities(page).count()).toBe(1);
    await press("Control+y");
    await expect.poll(() => entities(page).count()).toBe(2);
    await expect.poll(() => page.getByText("Both models answer the same.").count()).toBe(1);
    await tabTo(`one.type === "range"`);
    await press("Home");
    await expect.poll(() => page.getByText("Least probability: 0 %").count()).toBe(1);
    await tabTo(`one.tagName === "SUMMARY" && one.textContent.startsWith("Use it")`);
    await press("Enter");
    await tabTo(`one.textContent === "JSON"`);
    await press("Space");
    await expect.poll(() => page.locator("pre").innerText()).toContain(`"start": 0`);
    await page.locator("body").focus();
    await page.evaluate("scrollTo(0, 0)");
    const chooser = page.waitForEvent("filechooser");
    for (
      let i = 0;
      i < 60 && !(await page.evaluate(`document.activeElement.textContent.startsWith("Open a file")`));
      i++
    )
      await press("Shift+Tab");
    await press("Enter");
    const path = join(newFolder(), "mails.txt");
    writeFileSync(path, "Ada met Bob.\n\nEve met Dan.\n");
    await (await chooser).setFiles(path);
    await expect.poll(() => page.getByText(/Document 1 of/).count()).toBe(1);
    await expectAccessible(page);
    await tabTo(`one.textContent.startsWith("Predict all")`);
    const download = page.waitForEvent("download");
    await press("Enter");
    expect((await download).suggestedFilename()).toMatch(/^mails-one\./);
    expect(errors).toEqual([]);
  });

  test("a failure of the server is said, and a token is asked for", async () => {
    const { page } = await open();
    // The route is there from the beginning: a request that is sent while it is set up may pass it.
    let refused: number | undefined;
    await page.route("**/v1/relations", (route) =>
      refused === undefined
        ? route.continue()
        : route.fulfill({ status: refused, json: { error: "The server is stopping." } }),
    );
    for (const name of ["Ada", "Bob"]) {
      await clickWords(page, name);
      await page.keyboard.press("1");
    }
    await expect.poll(() => entities(page).count()).toBe(2);
    refused = 503;
    await page.keyboard.press("Control+z");
    await expect.poll(() => page.getByRole("alert").innerText()).toBe("No answer: The server is stopping.");
    await expectAccessible(page);
    refused = 401;
    await page.keyboard.press("Control+y");
    await expect.poll(() => page.getByLabel("Token of the server").count()).toBe(1);
    await expectAccessible(page);
  });

  test("why: the words that a relation rests on, by mouse, by keys, and as text", async () => {
    const { page, errors } = await open();
    await everything(page);
    for (const name of ["Ada", "Bob"]) {
      await clickWords(page, name);
      await page.keyboard.press("1");
    }
    await expect.poll(() => relations(page).count()).toBe(2);
    const label = await page.locator(".relations .row b").first().innerText();
    await relations(page).first().click();
    await page.getByRole("button", { name: "Why?" }).click();
    await expect.poll(() => page.locator(".why table").count()).toBe(2);
    const weights = await page
      .locator(".weights [data-weight]")
      .evaluateAll((all) => all.map((one) => Number(one.getAttribute("data-weight"))));
    expect(weights.length).toBe(6);
    expect(Math.max(...weights.map(Math.abs))).toBe(1);
    expect(await page.locator(".why tbody th").allInnerTexts()).toEqual(expect.arrayContaining(["Ada", "met", "Bob"]));
    await expect
      .poll(() => page.locator("[aria-live]").innerText())
      .toMatch(new RegExp(`^for ${label}: .+; against it: `));
    await expectAccessible(page);
    await page.getByRole("button", { name: "Why?" }).click();
    await expect.poll(() => page.locator(".weights").count()).toBe(0);
    await page.getByRole("application").first().focus();
    for (const key of ["a", "w"]) await page.keyboard.press(key);
    await expect.poll(() => page.locator(".weights").count()).toBe(1);
    const shown = (): Promise<string> => page.locator(".chosen > p").innerText();
    const first = await shown();
    await page.keyboard.press("a");
    expect(await shown()).not.toBe(first);
    await expect.poll(() => page.locator(".weights").count()).toBe(1);
    await page.keyboard.press("w");
    await expect.poll(() => page.locator(".weights").count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test("two models side by side, the request for programs, French, dark, narrow, right to left", async () => {
    const { page, errors } = await openPage(`${url}/?text=${encodeURIComponent("דנה פגשה את Bob")}`, {
      colorScheme: "dark",
      viewport: { width: 390, height: 844 },
      locale: "fr-FR",
    });
    await page.waitForSelector(".canvas .words");
    await clickWords(page, "פגשה");
    await page.keyboard.press("1");
    await clickWords(page, "Bob");
    await page.keyboard.press("1");
    await page.getByLabel("Comparer avec").selectOption("two");
    await expect.poll(() => page.getByText("Les deux modèles répondent pareil.").count()).toBe(1);
    await page.getByText("L'utiliser dans un programme").click();
    for (const [kind, words] of [
      ["JSON", `"start": 4`],
      ["curl", "curl --silent"],
      ["TypeScript", "new RelataClient"],
    ]) {
      await page.getByRole("button", { name: kind!, exact: true }).click();
      await expect.poll(() => page.locator("pre").innerText()).toContain(words);
    }
    await expectAccessible(page);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.getByLabel("Langue").selectOption("en");
    await expect.poll(() => page.getByText("Both models answer the same.").count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test("a file of documents is paged through, and downloaded as pre-annotations", async () => {
    const { page, errors } = await open("");
    const path = join(newFolder(), "mails.jsonl");
    const line = (name: string): string =>
      JSON.stringify({
        id: name,
        text: `${name} met Bob.`,
        entities: [
          [0, name.length, "P"],
          [name.length + 5, name.length + 8, "P"],
        ],
      });
    writeFileSync(path, `${line("Ada")}\n${line("Eve")}\n`);
    await page.locator("input[type=file]").setInputFiles(path);
    await expect.poll(() => page.getByRole("textbox", { name: "Text" }).inputValue()).toBe("Ada met Bob.");
    await page.getByRole("button", { name: "Next" }).click();
    await expect.poll(() => page.getByText("Document 2 of 2").count()).toBe(1);
    await page.getByLabel("Download as").selectOption("label-studio");
    await everything(page);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Predict all and download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("mails-one.json");
    const tasks = JSON.parse(readFileSync(await download.path(), "utf8")) as { predictions: unknown[] }[];
    expect(tasks.length).toBe(2);
    expect(errors).toEqual([]);
  });
});
