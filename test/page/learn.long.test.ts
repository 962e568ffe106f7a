// The loop of the page: documents are finished, a run learns from them in its own process, and its model is served.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { trainModel } from "../support/run-cli.ts";
import { TestServer } from "../support/server.ts";
import { newFolder } from "../support/tiny-models.ts";
import { expectAccessible, hasChromium, openPage } from "./browser.ts";

const names = ["Ada", "Bob", "Cleo", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jo"];
const documents = names.flatMap((one, i) =>
  ["met", "called"].map((verb) => {
    const other = names[(i + 3) % names.length]!;
    const text = `${one} ${verb} ${other} today.`;
    const start = one.length + verb.length + 2;
    const entities = [
      { start: 0, end: one.length, type: "WHO" },
      { start, end: start + other.length, type: "WHO" },
    ];
    const relations = [{ head: 0, tail: 1, label: verb === "met" ? "MET" : "CALLED" }];
    return { id: `${one}-${verb}`, text, entities, relations };
  }),
);
const lines = (some: readonly object[]): string => some.map((one) => `${JSON.stringify(one)}\n`).join("");

let server: TestServer;
let folder: string;
beforeAll(async () => {
  folder = newFolder();
  const data = join(folder, "first.jsonl");
  writeFileSync(data, lines(documents.slice(0, 12)));
  writeFileSync(join(folder, "more.jsonl"), lines(documents));
  const model = join(folder, "model");
  await trainModel(data, model, ["--model", "luke-mini", "--max-steps", "6", "--threads", "1"]);
  server = await TestServer.start([`mine=${model}`], { annotate: join(folder, "more.jsonl") });
}, 900_000);

describe.skipIf(!hasChromium)("learning from annotations", () => {
  test("finish documents, train with a live curve, compare, use", async () => {
    const { page, errors } = await openPage(server.server.url);
    await page.getByLabel("Your name").fill("Anna");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".canvas .words");
    for (let i = 1; i <= documents.length; i++) {
      await page.getByRole("button", { name: "Done, next" }).click();
      await expect.poll(() => page.getByText(`${i} of ${documents.length} done`).count()).toBe(1);
    }
    await page.getByRole("button", { name: "Train on these" }).click();
    await expect.poll(() => page.locator(".curve svg").count(), { timeout: 600_000 }).toBe(1);
    await expect.poll(() => page.getByText("Trained.").count(), { timeout: 600_000 }).toBe(1);
    await expect.poll(() => page.getByText(/relation micro F1 of the old model/).count()).toBe(1);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Use the new model" }).click();
    await expect.poll(() => page.getByText("The new model is in use").count(), { timeout: 120_000 }).toBe(1);
    const { models } = (await (await fetch(`${server.server.url}/info`)).json()) as {
      models: { version: string; source: string }[];
    };
    expect(models[0]!.version).toBe("2");
    expect(models[0]!.source).toContain("more-annotated");
    expect(errors).toEqual([]);
  }, 1_500_000);

  test("the finished documents stand in Relata's format beside the journal once the server ends", async () => {
    await server.server.stop();
    const kept = readFileSync(join(folder, "more-annotated/annotations.jsonl"), "utf8").trim().split("\n");
    expect(kept.length).toBe(documents.length);
    expect(JSON.parse(kept[0]!)).toMatchObject({ metadata: { annotation: { by: "Anna", at: expect.any(String) } } });
  });
});
