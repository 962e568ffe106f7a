// The examples of docs/serving.md, as they stand there, against a server of the names that they use.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { endServers, TestServer } from "../support/server.ts";
import { modelFolder } from "../support/tiny-models.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(`${root}docs/serving.md`, "utf8");
const run = promisify(execFile);
let url: string;
afterAll(endServers);
beforeAll(async () => {
  url = (await TestServer.start([`mine=${await modelFolder(pairHead)}`])).server.url;
});
const examples = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, "g"))].map(([, code]) =>
    code!.replaceAll("http://127.0.0.1:8080", url),
  );

test("the commands of curl are answered", async () => {
  const commands = examples("sh").filter((code) => code.startsWith("curl"));
  expect(commands.length).toBe(3);
  const [relations, explanation, infer] = await Promise.all(
    commands.map(async (code) => JSON.parse((await run("sh", ["-c", code])).stdout) as Record<string, unknown>),
  );
  expect(relations).toMatchObject({ model: "mine", documents: [{ relations: [{ probability: expect.any(Number) }] }] });
  expect(explanation).toMatchObject({
    head: 0,
    tail: 1,
    words: ["Ada", "met", "Bob", "."].map((word) => ({ text: word })),
  });
  expect(infer).toMatchObject({
    model_name: "mine",
    outputs: [{ name: "label", shape: [2] }, { name: "probability" }],
  });
});

test("the program prints the relations", async () => {
  const [code] = examples("ts");
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code!], { cwd: root });
  expect(stdout.trim().split("\n").length).toBe(2);
});
