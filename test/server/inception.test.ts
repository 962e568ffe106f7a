// The external recommender of INCEpTION, by the exchanges of its own demo (test/oracle/inception-recommender).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { type Answer, endServers, TestServer } from "../support/server.ts";
import { labels, modelFolder } from "../support/tiny-models.ts";

const oracle = fileURLToPath(new URL("../oracle/inception-recommender/", import.meta.url));
const demo = JSON.parse(readFileSync(`${oracle}demo.json`, "utf8")) as Record<"document" | "metadata", object> & {
  typeSystem: string;
};
const folder = mkdtempSync(join(tmpdir(), "relata-recommender-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let server: TestServer;
let plain: TestServer;
afterAll(endServers);
beforeAll(async () => {
  const model = await modelFolder(pairHead);
  const settings = join(folder, "train.json");
  writeFileSync(settings, JSON.stringify({ model, maxSteps: 1, threads: 1 }));
  server = await TestServer.start([`mine=${model}`], { trained: join(folder, "trained"), trainConfig: settings });
  plain = await TestServer.start([`mine=${model}`]);
});
const post = (path: string, body: unknown, to = server): Promise<Answer> => to.send("POST", `/inception/${path}`, body);
const errorOf = ({ body }: Answer): string => (body as { error: string }).error;

test("the demo's document comes back with relations that have a label, a score and their ends", async () => {
  const { status, body } = await post("mine/predict", demo);
  expect(status, JSON.stringify(body)).toBe(200);
  const { document } = body as { document: string };
  for (const [, ends, label, score] of document.matchAll(
    /<relata:Relation [^>]*(Governor="\d" Dependent="\d") value="(\w+)" value_score="([\d.e-]+)"/g,
  )) {
    expect(["2 3", "3 2"]).toContain(ends!.replace(/\D+/g, " ").trim());
    expect(labels).toContain(label);
    expect(Number(score)).toBeGreaterThan(0);
  }
  expect(document.length).toBeGreaterThanOrEqual((demo.document as { xmi: string }).xmi.length);
});

test.each<[number, string, string, unknown]>([
  [404, "no model", "none/predict", demo],
  [422, "typeSystem", "mine/predict", {}],
  [
    422,
    "finds no entities",
    "mine/predict",
    {
      ...demo,
      metadata: { layer: "custom.Relation", feature: "value_score" },
      typeSystem: demo.typeSystem.replaceAll("Governor", "Other"),
    },
  ],
  [422, "documents", "mine/train", { ...demo, documents: [] }],
  [400, "JSON", "mine/predict", "{"],
])("%i: %s", async (status, message, path, body) => {
  const answer = await post(path, body);
  expect([answer.status, errorOf(answer)]).toEqual([status, expect.stringContaining(message)]);
});

test("a server that trains nothing refuses, and names the flag", async () => {
  const answer = await post("mine/train", { ...demo, documents: [demo.document] }, plain);
  expect([answer.status, errorOf(answer)]).toEqual([403, expect.stringContaining("--trained")]);
});

test(
  "a training is begun at once, and a second one refused meanwhile; its failure is in the log",
  { timeout: 300_000 },
  async () => {
    const documents = Array.from({ length: 3 }, (_, i) => ({ ...demo.document, documentId: i }));
    const request = { ...demo, documents };
    const began = performance.now();
    expect((await post("mine/train", request)).status).toBe(204);
    expect(performance.now() - began).toBeLessThan(20_000);
    const again = await post("mine/train", request);
    expect([again.status, again.headers.get("retry-after")]).toEqual([429, "30"]);
    // There is one text only.
    for (const end = Date.now() + 280_000; !server.log.some((line) => line.includes("failed")) && Date.now() < end;)
      await pause(50);
    expect(server.log.join("\n")).toMatch(/training mine-1 failed: .*at least two different texts/s);
    expect((await post("mine/predict", demo)).status).toBe(200);
  },
);
