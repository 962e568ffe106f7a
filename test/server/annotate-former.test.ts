// A new training keeps the former documents of the model before it if their file is found, and says which labels it has lost.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TrainingState } from "../../src/app/server/annotate/schemas.ts";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { acts } from "../support/route-bodies.ts";
import { jsonLines } from "../support/run-cli.ts";
import { endServers, TestServer, type Answer } from "../support/server.ts";
import { labels, modelFolder, newFolder } from "../support/tiny-models.ts";

afterAll(endServers);

const documentOf = (text: string, label: string): object => ({
  id: text,
  text,
  entities: [
    { start: 0, end: 3, type: "PERSON" },
    { start: 8, end: 11, type: "PERSON" },
  ],
  relations: [{ head: 0, tail: 1, label }],
});
const names = ["Ada met Bob.", "Cid met Dan.", "Eve met Flo.", "Gus met Hal.", "Ian met Joe.", "Kim met Leo."];
const former = jsonLines([documentOf("Max met Ned.", labels[1]!)]);

let server: TestServer;
let beside: string;
beforeAll(async () => {
  const model = await modelFolder(pairHead);
  const path = join(model, "relata.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as object;
  const data = [{ path: "corpus.jsonl", sha256: createHash("sha256").update(former).digest("hex"), documents: 1 }];
  const settings = { model: await modelFolder(pairHead), minSteps: 2, maxSteps: 2 };
  writeFileSync(path, JSON.stringify({ ...manifest, data, settings }));
  beside = newFolder();
  mkdirSync(beside, { recursive: true });
  const mails = join(beside, "mails.jsonl");
  writeFileSync(mails, jsonLines(names.map((text) => documentOf(text, "NEW"))));
  server = await TestServer.start([`tiny=${model}`], { annotate: mails });
  const finish = { ...acts, annotator: "ada", acts: [{ kind: "set-status", status: "done" }] };
  for (const number of names.keys()) {
    const { marked } = (await server.send("GET", `/annotate/documents/${number}?annotator=ada`)).body as {
      marked: object;
    };
    await server.send("POST", `/annotate/documents/${number}/acts`, { ...finish, start: { marked } });
  }
});

const files = async (): Promise<unknown> =>
  ((await server.send("GET", "/annotate/former")).body as { files: unknown }).files;
const train = (withFormer: boolean): Promise<Answer> => server.send("POST", "/annotate/training", { withFormer });
const state = async (): Promise<TrainingState> =>
  (await server.send("GET", "/annotate/training")).body as TrainingState;
const ended = async (): Promise<TrainingState> => {
  await expect.poll(async () => (await state()).state, { timeout: 200_000, interval: 300 }).not.toBe("running");
  return state();
};

describe("the former documents of a model", () => {
  test("a file that is missing, or has other content, is refused by its name before a run", async () => {
    const missing = [expect.objectContaining({ name: "corpus.jsonl", isFound: false })];
    expect(await files()).toEqual(missing);
    const refused = await train(true);
    expect(refused.status).toBe(422);
    expect((refused.body as { error: string }).error).toMatch(/learnt from corpus\.jsonl \(SHA-256 .*no such file/);
    expect((await state()).state).toBe("none");
    writeFileSync(join(beside, "corpus.jsonl"), `${former}\n`);
    expect(await files()).toEqual(missing);
  });

  test("without them the labels that the new model has lost are named", async () => {
    expect((await train(false)).status).toBe(200);
    const { message, lost, documents } = await ended();
    expect([message, lost]).toEqual(["", labels.slice(1)]);
    expect(documents.train + documents.heldOut).toBe(names.length);
  });

  test("found beside the documents, they are trained on, and no label of theirs is lost", async () => {
    writeFileSync(join(beside, "corpus.jsonl"), former);
    expect(await files()).toEqual([expect.objectContaining({ name: "corpus.jsonl", isFound: true })]);
    expect((await train(true)).status).toBe(200);
    const { message, lost, documents } = await ended();
    expect([message, lost]).toEqual(["", labels.slice(2)]);
    expect(documents.train + documents.heldOut).toBe(names.length + 1);
  });
});
