// Losses of reading, texts cut into documents, and advice that holds on the page, in Chromium.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { TestServer } from "../support/server.ts";
import { modelFolder, newFolder } from "../support/tiny-models.ts";
import { expectAccessible, hasChromium, openPage } from "./browser.ts";

const place = newFolder();
const fileOf = (name: string, text: string): string => {
  writeFileSync(join(place, name), text);
  return join(place, name);
};
const lossy = fileOf(
  "lossy.csv",
  "text,head,tail,label,colour\nAda met Bob.,Ada,Bob,met,red\nKim saw Leo.,Kim,Zoe,saw,red\nAda met Bob.,Ada,Bob,met,red\n",
);
const mails = fileOf("mails.txt", "Ada met Bob.\nEve wrote to Dan.\nKim saw Leo.\n");

let model: string;
let url: string;
beforeAll(async () => {
  model = await modelFolder(pairHead);
  url = (await TestServer.start([model])).server.url;
});

const choose = (page: Page, path: string): Promise<void> => page.locator(".file input[type=file]").setInputFiles(path);

describe.skipIf(!hasChromium)("reading files on the page", () => {
  test("notes of reading are counted, name the record, and can be closed", async () => {
    const { page, errors } = await openPage(url, { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
    await choose(page, lossy);
    const notes = page.locator(".notes");
    await expect.poll(() => notes.count()).toBe(1);
    expect(await notes.innerText()).not.toContain("colour");
    await page.getByText("3 things to know about this file").click();
    const text = await notes.innerText();
    expect(text).toContain("3 things to know about this file");
    expect(text).toContain('columns that are not read: 1, at lossy.csv ("colour")');
    expect(text).toMatch(/invalid documents, left out: 1 of 3 .* at lossy\.csv:3 .*found "Zoe"/);
    expect(text).toContain("1 document with the text of an earlier one, put together with it");
    expect(text).not.toContain("relata-page-");
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Understood" }).click();
    await expect.poll(() => notes.count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test("the annotators' view has them too; closed ones stay closed", async () => {
    const { server } = await TestServer.start([model], { annotate: lossy });
    const { page, errors } = await openPage(server.url);
    await page.getByLabel("Your name").fill("Anna");
    await page.keyboard.press("Enter");
    const notes = page.locator(".notes");
    await expect.poll(() => notes.count()).toBe(1);
    expect(await notes.innerText()).toMatch(/at lossy\.csv:3/);
    await page.getByRole("button", { name: "Understood" }).click();
    await page.reload();
    await page.waitForSelector(".documents .row");
    expect(await notes.count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test("a text of three sentences is three documents, and can be one", async () => {
    const { page } = await openPage(url);
    await choose(page, mails);
    await expect.poll(() => page.getByText("Document 1 of 3").count()).toBe(1);
    const unit = page.getByLabel("One document is");
    expect(await unit.locator("option").allInnerTexts()).toEqual(["a line (3)", "a paragraph (1)", "the file (1)"]);
    await unit.selectOption("file");
    await expect.poll(() => page.getByText("Document 1 of 1").count()).toBe(1);
    await expectAccessible(page);
  });

  test("errors advise what can be done here", async () => {
    const { page } = await openPage(url);
    const failure = page.locator(".failure");
    for (const [name, text, advice] of [
      [
        "sentences.csv",
        "sentence,a,b,class\nAda met Bob.,Ada,Bob,met\n",
        "name these columns text, head, tail and label",
      ],
      ["notes.md", "Ada met Bob.\n", "Give the file a name that ends in .txt"],
      ["other.json", '[{"foo":1}]', "Files that open here are"],
    ] as const) {
      await choose(page, fileOf(name, text));
      await expect.poll(() => failure.innerText()).toContain(advice);
      expect(await failure.innerText()).not.toMatch(/--[a-z]|`|docs\//);
    }
  });
});
