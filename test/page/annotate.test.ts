// Annotating in Chromium: each act by mouse and by keyboard alone; it is found again after a reload, and after kill -9.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { TestServer } from "../support/server.ts";
import { modelFolder, newFolder } from "../support/tiny-models.ts";
import { clickWords, dragWords, expectAccessible, hasChromium, openPage } from "./browser.ts";

const texts = ["Ada met Bob in Rome.", "Eve wrote to Dan.", "Kim saw Leo today.", "Max called Zoe."];

function documents(): string {
  const path = join(newFolder(), "mails.jsonl");
  const lines = texts.map((text, i) => JSON.stringify({ id: `mail/${i}`, text }));
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

let model: string;
let url: string;
beforeAll(async () => {
  model = await modelFolder(pairHead);
  url = (await TestServer.start([model], { annotate: documents() })).server.url;
});

async function begin(name: string, at = url): Promise<{ page: Page; errors: string[] }> {
  const opened = await openPage(at);
  if (name === "Anna") await expectAccessible(opened.page);
  await opened.page.getByLabel("Your name").fill(name);
  await opened.page.keyboard.press("Enter");
  await opened.page.waitForSelector(".canvas .words");
  await opened.page.getByLabel("Order").selectOption("file");
  await document(opened.page, "Ada met");
  return opened;
}
const document = async (page: Page, beginning: string): Promise<void> => {
  await page.locator(".documents .row", { hasText: beginning }).click();
  await expect.poll(() => page.locator(".canvas .words").first().textContent()).toContain(beginning.slice(0, 3));
};
const kept = async (page: Page): Promise<void> => {
  await expect.poll(() => page.locator(".saved").innerText()).toBe("Everything is kept");
};
const drawn = async (page: Page): Promise<[entities: number, arrows: string[]]> => [
  await page.locator(".entity").count(),
  await page.locator(".arrow text").allTextContents(),
];
const isAt = (page: Page, name: string) =>
  page.evaluate(`document.activeElement?.getAttribute("aria-label") === ${JSON.stringify(name)}`);
const choose = (page: Page, name: string) => page.locator(".bar").getByRole("button", { name, exact: true }).click();

describe.skipIf(!hasChromium)("Annotate in the browser", () => {
  test("by mouse: entities, arrows by drag, labels, direction, undo; found again after a reload", async () => {
    const { page, errors } = await begin("Anna");
    await clickWords(page, "Ada");
    await page.getByLabel("Another type").fill("WHO");
    await choose(page, "Add");
    await dragWords(page, "in", "Rome");
    await choose(page, "WHO");
    await dragWords(page, "Ada", "Rome");
    await choose(page, "WHO_DO");
    await expect.poll(() => drawn(page)).toEqual([2, ["WHO_DO"]]);
    await choose(page, "DO_WHEN");
    await choose(page, "Turn around");
    await expect.poll(() => drawn(page)).toEqual([2, ["DO_WHEN"]]);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => drawn(page)).toEqual([2, ["WHO_DO"]]);
    await page.getByRole("button", { name: "Redo" }).click();
    await expectAccessible(page);
    await kept(page);
    await page.reload();
    await page.waitForSelector(".canvas .words");
    await document(page, "Ada met");
    await expect.poll(() => drawn(page)).toEqual([2, ["DO_WHEN"]]);
    await page.locator(".arrow text").click();
    await choose(page, "Remove");
    await expect.poll(() => drawn(page)).toEqual([2, []]);
    await page.getByRole("button", { name: "Done, next" }).click();
    await expect.poll(() => page.getByText("1 of 4 done").count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test("by keyboard alone: entities, arrows by two keys, labels, delete, undo, done", async () => {
    const { page, errors } = await begin("Ben");
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await press("ArrowRight", "1", "Escape", "ArrowRight", "ArrowRight", "ArrowRight", "1", "Escape", "r");
    await expectAccessible(page);
    await press("a", "7");
    await expect
      .poll(() => page.locator(".bar .wrong").innerText())
      .toBe("“7” is none of the letters on the entities.");
    await press("s", "9");
    await expect.poll(() => page.locator(".bar .wrong").innerText()).toBe("“9” is the key of no button.");
    await press("1");
    await expect.poll(() => drawn(page)).toEqual([2, ["WHO_DO"]]);
    await press("2");
    await expect.poll(() => drawn(page)).toEqual([2, ["DO_WHEN"]]);
    // A label that the model does not know, in the field under the text.
    for (let i = 0; i < 20 && !(await isAt(page, "Another label")); i++) await press("Tab");
    await page.keyboard.type("NEW");
    await press("Enter");
    await expect.poll(() => drawn(page)).toEqual([2, ["NEW"]]);
    await press("2", "f", "e", "Delete");
    await expect.poll(() => drawn(page)).toEqual([1, []]);
    await press("Control+z");
    await expect.poll(() => drawn(page)).toEqual([2, ["DO_WHEN"]]);
    await press("Control+Enter");
    await expect.poll(() => page.locator(".documents .done").count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test("two browsers of one annotator lose no act, and two annotators see where they differ", async () => {
    const [one, two] = [await begin("Cleo"), await begin("Cleo")];
    for (const { page } of [one, two]) await document(page, "Kim saw");
    await clickWords(one.page, "Kim");
    await one.page.keyboard.press("1");
    await kept(one.page);
    await clickWords(two.page, "Leo");
    await two.page.keyboard.press("1");
    await expect.poll(() => drawn(two.page)).toEqual([2, []]);
    await two.page.keyboard.press("Control+Enter");
    await kept(two.page);
    const other = await begin("Dora");
    await document(other.page, "Kim saw");
    await other.page.keyboard.press("Control+Enter");
    await expect.poll(() => other.page.getByText("2 differences").count()).toBe(1);
    await document(other.page, "Kim saw");
    await expect.poll(() => other.page.locator(".differences tbody tr").count()).toBe(2);
    await expectAccessible(other.page);
    await other.page.getByRole("button", { name: /Take Cleo's version/ }).click();
    await kept(other.page);
    await expect.poll(() => drawn(other.page)).toEqual([2, []]);
    expect([...one.errors, ...two.errors, ...other.errors]).toEqual([]);
  });
});

const binary = fileURLToPath(new URL("../../bin/relata.js", import.meta.url));
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** A server in a process of its own, which can be killed. */
async function start(data: string): Promise<{ child: ChildProcess; at: string }> {
  const child = spawn(process.execPath, [
    binary,
    "serve",
    model,
    "--annotate",
    data,
    "--port",
    "0",
    "--in-process",
    "--threads",
    "1",
  ]);
  running.add(child);
  let printed = "";
  child.stderr.on("data", (some: Buffer) => (printed += some.toString()));
  await expect.poll(() => /Ready/.test(printed), { timeout: 200_000 }).toBe(true);
  return { child, at: /http:\S+/.exec(printed)![0] };
}

test("kill -9 between two acts loses none, and the next server goes on", async () => {
  const data = documents();
  const act = async (at: string, number: number): Promise<number> => {
    const id = `e${number}`;
    const body = {
      annotator: "Anna",
      client: "tab",
      first: number,
      acts: [{ kind: "add-entity", entity: { id, start: number, end: number + 1, type: "T" } }],
      start: { marked: { entities: [], relations: [], status: "open" } },
    };
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${at}/annotate/documents/0/acts`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return ((await response.json()) as { revision: number }).revision;
  };
  const first = await start(data);
  expect([await act(first.at, 0), await act(first.at, 1)]).toEqual([1, 2]);
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  const second = await start(data);
  // The same act, sent again because its answer did not arrive, counts once.
  expect([await act(second.at, 1), await act(second.at, 2)]).toEqual([2, 3]);
  second.child.kill("SIGTERM");
  await once(second.child, "exit");
  const journal = readFileSync(join(data, "../mails-annotated/journal.jsonl"), "utf8").trim().split("\n");
  expect(journal.map((line) => (JSON.parse(line) as { number: number }).number)).toEqual([0, 1, 2]);
});
