// Bulk scoring through the library: shards, parts, rejects, resuming and the joined output.
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as Library from "../src/index.ts";
import { jsonLines, parseJsonLines, relata, Workplace } from "./support/run-cli.ts";

// As Node loads the package, untouched by the test runner: its thread is a file of its own.
const { commitScoring, estimateScoring, planScoring, predictFiles, runScoring, scoringStatus } = createRequire(
  import.meta.url,
)("relata") as typeof Library;
const model = fileURLToPath(new URL("./oracle/folder-version-1", import.meta.url));
const place = new Workplace();
afterAll(() => place.remove());

/** Texts of different lengths, some without an id, some asking for pairs, some with other content beside. */
const documents = (count: number): object[] =>
  Array.from({ length: count }, (_, i) => {
    const text = `${i % 3 ? "Anna owns" : "In 1999 Anna owns"} the company${" in Paris".repeat(i % 5)}.`;
    const [anna, company] = [text.indexOf("Anna"), text.indexOf("company")];
    return {
      ...(i % 4 ? { id: `d${i}` } : {}),
      text,
      entities: [[anna, anna + 4, "PERSON"], { start: company, end: company + 7, type: "ORG" }],
      ...(i % 7 ? {} : { pairs: [[1, 0]] }),
      ...(i % 6 ? {} : { metadata: { i } }),
    };
  });

const plan = (name: string, inputs: string | string[], options: Partial<Library.ScorePlanOptions> = {}) =>
  planScoring(model, inputs, { output: place.path(name), shardRows: 64, ...options }).result;
const score = (name: string, options: Library.ScoreRunOptions = {}) =>
  runScoring(place.path(name), { threads: 1, ...options }).result;
const commit = (name: string) => commitScoring(place.path(name)).result;
const output = (name: string): string => readFileSync(place.path(`${name}/predictions.jsonl`), "utf8");

async function predicted(path: string): Promise<string> {
  let text = "";
  for await (const event of predictFiles(model, path, { threads: 1 }))
    if (event.type === "answer") text += `${JSON.stringify(event.answer)}\n`;
  return text;
}

let rows: string;
let expected: string;
beforeAll(async () => {
  // Blank lines, a carriage return and a last line without its end.
  rows = place.file("rows.jsonl", jsonLines(documents(200)).replace("\n", "\r\n\n  \n").trimEnd());
  expected = await predicted(rows);
});

test("the output is that of relata predict, whatever the number of workers", async () => {
  expect(parseJsonLines(expected)).toHaveLength(200);
  expect(await plan("one", rows)).toMatchObject({ shards: 4, rows: 200, rejects: 0, converted: [], isKnown: false });
  cpSync(place.path("one"), place.path("two"), { recursive: true });
  expect(await score("one")).toMatchObject({ shards: 4, skipped: 0, rows: 200, rejects: 0 });
  const success = await commit("one");
  expect(output("one")).toBe(expected);
  expect(JSON.parse(readFileSync(place.path("one/_SUCCESS"), "utf8"))).toEqual(success);
  await score("two", { workers: 2 });
  expect((await commit("two")).sha256).toBe(success.sha256);
  const counts = { shards: 4, done: 4, rows: 200, answered: 200, rejects: 0, failed: [] };
  const committed = place.path("two/predictions.jsonl");
  expect(await scoringStatus(place.path("two"))).toMatchObject({ ...counts, committed });
});

test("shards are scored as they are named, and each is answered; one that the plan lacks is refused", async () => {
  await plan("named", rows);
  const named = async function* (...numbers: number[]): AsyncGenerator<number> {
    yield* numbers;
  };
  const ended: unknown[] = [];
  const run = runScoring(place.path("named"), { threads: 1 }, { shards: named(2, 0, 2) });
  for await (const event of run) if (event.type !== "start" && event.type !== "progress") ended.push(event);
  expect(ended).toMatchObject([
    { type: "shard", shard: 2 },
    { type: "shard", shard: 0 },
    { type: "known", shard: 2 },
  ]);
  expect(await run.result).toMatchObject({ shards: 2, rows: 128 });
  const refused = runScoring(place.path("named"), { threads: 1 }, { shards: named(4) });
  await expect(refused.result).rejects.toThrow("4 is no shard of this run: it has 4, from 0 to 3");
  // A run that waits for a name can be stopped.
  const waiting = runScoring(place.path("named"), { threads: 1 }, { shards: (async function* () { yield 0; await new Promise(() => {}); })() }); // prettier-ignore
  const following = (async () => {
    for await (const event of waiting) if (event.type === "known") waiting.stop();
  })();
  await expect(following).rejects.toThrow("stopped");
});

test("an error of one worker ends the run, though another waits for a shard to be named", async () => {
  await plan("unread", rows);
  const manifest = readFileSync(place.path("unread/manifest.json"), "utf8");
  writeFileSync(place.path("unread/manifest.json"), manifest.replaceAll('"file:', '"s3:'));
  expect(readFileSync(place.path("unread/manifest.json"), "utf8")).not.toBe(manifest);
  const args = ["score", "run", place.path("unread"), "--workers", "2", "--threads", "1", "--shards-from-stdin"];
  const options = { keepInputOpen: true, killAfter: 30_000 };
  const failed = await relata(args, { ...options, input: "1\n" });
  expect(failed).toMatchObject({ code: 64, stderr: expect.stringContaining("only files are read") });
  const refused = await relata(args, { ...options, input: "99\n" });
  expect(refused).toMatchObject({ code: 64, stderr: expect.stringContaining("99 is no shard of this run") });
});

test("a run that is stopped leaves no half part; the same call goes on where it was left", async () => {
  expect((await plan("stopped", rows, { shardRows: 128 })).shards).toBe(2);
  await expect(plan("stopped", rows)).rejects.toThrow("the plan of another run");
  const run = runScoring(place.path("stopped"), { threads: 1 });
  for await (const event of run) if (event.type === "progress") break;
  expect(readdirSync(place.path("stopped/parts")).filter((name) => name.startsWith("."))).toEqual([]);
  await expect(commit("stopped")).rejects.toMatchObject({ exitCode: 75 });
  // As a process leaves it that was killed.
  writeFileSync(place.path("stopped/parts/.part-00001.jsonl.77-beef.tmp"), "half");
  await score("stopped");
  await commit("stopped");
  expect(output("stopped")).toBe(expected);
  expect(readdirSync(place.path("stopped/parts")).filter((name) => name.startsWith("."))).toEqual([]);
});

test("parts that were changed are found, and scored again once their done.json is removed", async () => {
  const again = () => commitScoring(place.path("two"), { overwrite: true }).result;
  const part = place.path("two/parts/part-00002.jsonl");
  writeFileSync(part, readFileSync(part, "utf8").replace("Anna", "Enna"));
  await expect(again()).rejects.toThrow(/part-00002\.jsonl: the part is not as it was written/);
  expect(output("two")).toBe(expected);
  rmSync(place.path("two/parts/part-00002.done.json"));
  // By the same model at another place.
  const copy = place.path("model-copy");
  cpSync(model, copy, { recursive: true });
  expect(await score("two", { model: copy })).toMatchObject({ shards: 1, skipped: 3 });
  await again();
  expect(output("two")).toBe(expected);
  rmSync(place.path("two/parts/part-00001.done.json"));
  appendFileSync(join(copy, "relata.json"), " ");
  await expect(score("two", { model: copy })).rejects.toThrow("is not the one that the run was planned with");
});

test("rows that cannot be scored are set aside; too many of them, or a changed input, fail their shard and no other", async () => {
  const good = documents(70);
  const lines = good.map((one) => JSON.stringify(one));
  lines.splice(3, 0, "{broken", '{"text": "no entities"}');
  lines.splice(69, 0, '{"id": "off", "text": "short", "entities": [[0, 99]]}', '{"text": 5, "entities": []}');
  const poison = place.file("poison.jsonl", `${lines.join("\n")}\n`);
  const spoilt = place.file("spoilt.jsonl", `${JSON.stringify(documents(1)[0])}\n`.repeat(64) + "{\n".repeat(20));
  const changed = place.file("changed.jsonl", jsonLines(documents(3)));
  await plan("bad", [poison, spoilt, changed], { maxRejects: 10, format: "relata" });
  writeFileSync(changed, readFileSync(changed, "utf8").replace("Anna", "Enna"));
  await expect(score("bad")).rejects.toMatchObject({ exitCode: 65 });

  const { done, failed } = await scoringStatus(place.path("bad"));
  expect(done).toBe(3);
  expect(failed.map(({ shard, isTransient }) => [shard, isTransient])).toEqual([[3, false], [4, false]]); // prettier-ignore
  expect(failed[0]!.error).toContain("more than 10 rows of this shard cannot be scored");
  expect(failed[1]!.error).toContain("no longer those of the plan");
  const read = <T>(name: string): T[] => parseJsonLines<T>(readFileSync(place.path(`bad/parts/${name}`), "utf8"));
  expect(read("part-00003.rejects.jsonl")).toHaveLength(11);

  const answers = [0, 1].flatMap((i) => read<{ text: string }>(`part-0000${i}.jsonl`));
  expect(answers.map(({ text }) => text)).toEqual(good.map((one) => (one as { text: string }).text));
  type Reject = { line: number; byteOffset: number; error: string };
  const rejects = [0, 1].flatMap((i) => read<Reject>(`part-0000${i}.rejects.jsonl`));
  expect(rejects.map(({ line, error }) => [line, error])).toEqual([
    [4, "not-json"],
    [5, "key"],
    [70, "span-outside-text"],
    [71, "key"],
  ]);
  const bytes = readFileSync(poison);
  for (const { line, byteOffset } of rejects)
    expect(bytes.subarray(byteOffset).toString().split("\n")[0]).toBe(lines[line - 1]);
});

test("several inputs of any format are scored in their order; their bad records are set aside", async () => {
  const ids = (name: string, count: number): object[] =>
    documents(count).map((one, i) => ({ ...one, id: `${name}${i}` }));
  const packed = place.file("packed.jsonl.gz", gzipSync(`${jsonLines(ids("a", 5))}{"text": 5}\n`));
  const list = place.file("list.json", JSON.stringify(ids("b", 4)));
  const empty = place.file("empty-1.jsonl", "");
  for (const i of [2, 1]) place.file(`many-${i}.jsonl`, jsonLines(ids(`c${i}`, 3)));
  const result = await plan("formats", [packed, list, place.path("{many,empty}-*.jsonl"), list]);
  expect(result).toMatchObject({ rows: 15, rejects: 1, empty: [empty] });
  expect(result.converted.map(({ format, rows }) => [format, rows])).toEqual([["relata", 5], ["relata", 4]]); // prettier-ignore
  await score("formats");
  expect(await commit("formats")).toMatchObject({ rows: 15, rejects: 1 });
  const given = [...ids("a", 5), ...ids("b", 4), ...ids("c1", 3), ...ids("c2", 3)];
  const answers = parseJsonLines<{ id: string; relations: { head: number; tail: number }[]; metadata?: object }>(output("formats")); // prettier-ignore
  expect(answers).toMatchObject(given.map((one) => ({ id: (one as { id: string }).id })));
  for (const [i, { relations, metadata }] of answers.entries()) {
    const { pairs, ...document } = given[i] as { pairs?: [number, number][]; metadata?: object };
    expect(metadata).toEqual(document.metadata);
    if (pairs) expect(relations.map(({ head, tail }) => [head, tail])).toEqual(pairs);
  }
  const [reject] = parseJsonLines(readFileSync(place.path("formats/rejects.jsonl"), "utf8"));
  expect(reject).toMatchObject({ file: packed, line: 6, error: "key" });
});

test("an estimate writes nothing", async () => {
  const before = readdirSync(place.path("one"));
  const estimate = await estimateScoring(place.path("one"), { dryRun: true, price: 2, threads: 1 }).result;
  expect(estimate).toMatchObject({ sampled: 100, rejects: 0, rows: 200, workers: 1 });
  expect(estimate.seconds).toBeCloseTo(200 / estimate.rate, 6);
  expect(estimate.cost).toBeCloseTo((2 * estimate.seconds) / 3600, 9);
  expect(readdirSync(place.path("one"))).toEqual(before);
});
