// The steps of a new user with each format: the two commands of its page, from the example file to a trained model and back
// to pre-annotations in the same format.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { formatNames } from "../src/formats/names.ts";
import { formats } from "../src/formats/registry.ts";
import { CorpusReading } from "../src/formats/reading.ts";
import { readDocuments } from "../src/formats/read.ts";
import { formatSettings } from "../src/formats/settings.ts";
import { quick, relata } from "./support/run-cli.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "relata-journey-"));
afterAll(() => rmSync(work, { recursive: true }));

const page = (name: string): string => readFileSync(join(root, `docs/formats/${name}.md`), "utf8");

/** The commands of a page as arguments, with what they write moved to a folder of this test. */
function commandsOf(name: string): string[][] {
  const [, block = ""] = /## Two commands\n\n```sh\n([\s\S]*?)```/.exec(page(name)) ?? [];
  return block
    .trim()
    .split("\n")
    .map((line) =>
      line
        .replace(/^npx relata /, "")
        .split(" ")
        .map((word) => (word.startsWith("runs/") ? join(work, relative("runs", word)) : word)),
    );
}

async function idsOf(path: string): Promise<string[]> {
  const reading = new CorpusReading({ settings: formatSettings.parse({}) });
  const ids: string[] = [];
  for await (const { id } of readDocuments(path, reading)) ids.push(id);
  return ids.sort();
}

test("every format has a page, an example and a writer", () => {
  const pages = readdirSync(join(root, "docs/formats")).filter((file) => file.endsWith(".md"));
  expect(pages.sort()).toEqual(formatNames.map((name) => `${name}.md`).sort());
  expect(Object.values(formats).filter(({ writer }) => !writer)).toEqual([]);
});

test.each(formatNames)("%s: from the example to a model and back, as its page says", async (name) => {
  const [train, predict] = commandsOf(name) as [string[], string[]];
  expect([train[0], predict[0]]).toEqual(["train", "predict"]);
  const example = join(root, train[1]!);
  expect(existsSync(example)).toBe(true);

  const trained = await relata([...train, ...quick], { cwd: root });
  expect(trained, trained.stderr).toMatchObject({ code: 0 });
  const written = await relata(predict, { cwd: root });
  expect(written, written.stderr).toMatchObject({ code: 0 });
  const output = predict[predict.indexOf("--output") + 1]!;
  // FewRel and SciBERT hold related pairs alone, and two steps find none; SemEval and KBP37 number their records anew.
  const read = existsSync(output) ? await idsOf(output).catch(() => []) : [];
  const { holds } = formats[name].writer!;
  if (holds.has("ids") && holds.has("unrelated-entities")) expect(read).toEqual(await idsOf(example));
});

test("no file is taken by a format that it is not of", async () => {
  for (const name of formatNames) {
    const [train] = commandsOf(name) as [string[]];
    const reading = new CorpusReading({ settings: formatSettings.parse({}) });
    const documents = readDocuments(join(root, train[1]!), reading);
    let next = await documents.next();
    while (!next.done) next = await documents.next();
    expect(next.value.formats).toEqual([name]);
  }
});
