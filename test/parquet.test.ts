// Parquet as pyarrow writes it, read as lines: scripts/oracle/parquet.py made the files and the rows that pyarrow reads.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import type * as Library from "../src/index.ts";
import { DataError } from "../src/errors.ts";
import { readCorpus } from "../src/formats/read.ts";
import { formatSettings } from "../src/formats/settings.ts";
import { defaultLimits, parquetLines } from "../src/formats/source/parquet.ts";
import type { ParquetLimits } from "../src/formats/source/parquet-rows.ts";
import { bufferBytes } from "../src/formats/source/random-access.ts";
import { ParquetOutput } from "../src/scoring/parquet-output.ts";
import { writePredictionLines } from "../src/model/tasks/prediction-lines.ts";
import { drain } from "../src/generators.ts";
import { parseJsonLines, Workplace } from "./support/run-cli.ts";
import { zip } from "./support/zip-writer.ts";

// As Node loads the package, untouched by the test runner: its thread is a file of its own.
const { commitScoring, planScoring, runScoring } = createRequire(import.meta.url)("relata") as typeof Library;
const folder = fileURLToPath(new URL("./oracle/parquet/", import.meta.url));
const golden = JSON.parse(gunzipSync(readFileSync(`${folder}rows.json.gz`)).toString()) as Record<string, object[]>;
const bytesOf = (name: string): Buffer => readFileSync(`${folder}${name}.parquet`);
const pathOf = (name: string): string => `${folder}${name}.parquet`;
const place = new Workplace();
afterAll(() => place.remove());

async function linesOf(bytes: Buffer, limits?: ParquetLimits): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of parquetLines(bufferBytes(bytes), "data.parquet", limits)) pieces.push(piece);
  return Buffer.concat(pieces);
}
const rowsOf = async (bytes: Buffer, limits?: ParquetLimits): Promise<unknown[]> =>
  parseJsonLines((await linesOf(bytes, limits)).toString());

/** Rows as Relata writes them. */
async function parquetOf(rows: readonly object[]): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const output = await ParquetOutput.open(async (piece) => void pieces.push(piece as Uint8Array));
  for (const row of rows) await output.write(Buffer.from(`${JSON.stringify(row)}\n`));
  await output.close();
  return Buffer.concat(pieces);
}

describe("the rows are those that pyarrow reads", () => {
  test.each(Object.keys(golden))("%s", async (name) => {
    expect(await rowsOf(bytesOf(name))).toEqual(golden[name]);
  });

  test.each(["split-rows", "zstd-pages", "gzip-pages", "snappy"])("%s, however few are held at once", async (name) => {
    for (const partRows of [1, 3, 1000])
      expect(await rowsOf(bytesOf(name), { ...defaultLimits, partRows })).toEqual(golden[name]);
    expect(await rowsOf(bytesOf(name), { ...defaultLimits, partBytes: 700 })).toEqual(golden[name]);
  });

  test("pages of a row group are read as their rows are asked for", async () => {
    const texts = Array.from({ length: 1000 }, () => randomBytes(3000).toString("base64"));
    const written = await parquetOf(texts.map((text) => ({ text })));
    const bytes = bufferBytes(written);
    let asked = 0;
    const read: typeof bytes.read = async (position, length) => {
      asked += length;
      return bytes.read(position, length);
    };
    const lines = parquetLines({ ...bytes, read }, "data.parquet");
    await lines.next();
    expect(asked).toBeLessThan(written.length / 2);
    await lines.return(undefined);
  });
});

test("a page with more places than are unpacked at once has its rows, lists across that border too", async () => {
  const rows = Array.from({ length: 9000 }, (_, i) => ({
    id: i % 5 === 0 ? null : `d${i}`,
    text: i < 6000 ? "Anna owns it." : `Anna owns ${i} of it.`,
    entities: i % 7 === 0 ? null : Array.from({ length: i % 4 }, (_, at) => ({ start: at, end: at + 1, type: i > 5000 && at === 1 ? null : `T${i % 3}` })), // prettier-ignore
  }));
  const found = (await rowsOf(await parquetOf(rows))) as typeof rows;
  const read = found.map(({ id, text, entities }) => ({ id, text, entities: entities?.map(({ start, end, type }) => ({ start, end, type })) ?? null })); // prettier-ignore
  expect(read).toEqual(rows);
});

test("a page beyond the limit is refused, and a description of row groups", async () => {
  const reading = linesOf(bytesOf("snappy"), { ...defaultLimits, pageBytes: 50 });
  await expect(reading).rejects.toThrow(/a page of the column text has .*data_page_size/);
  await expect(linesOf(bytesOf("snappy"), { ...defaultLimits, footerBytes: 10 })).rejects.toThrow(/fewer row groups/);
});

test("a file that is cut or changed anywhere ends in an error for users, or in rows", async () => {
  const whole = bytesOf("gzip-pages");
  for (const length of [0, 4, 7, 100, whole.length - 1])
    await expect(linesOf(whole.subarray(0, length))).rejects.toBeInstanceOf(DataError);
  for (let at = 5; at < whole.length; at += 397) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 0x55;
    const outcome = await linesOf(changed).catch((error: unknown) => error);
    expect(Buffer.isBuffer(outcome) || outcome instanceof DataError).toBe(true);
  }
});

test("documents with relations are read for training too, also from a zip", async () => {
  const { documents, sources } = await readCorpus([pathOf("snappy")], {});
  const own = place.file("rows.jsonl", golden["snappy"]!.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const named = (list: readonly { readonly text: string; readonly entities: unknown }[]): unknown =>
    list.map(({ text, entities }) => [text, entities]);
  expect(named(documents)).toEqual(named((await readCorpus([own])).documents));
  expect(sources).toMatchObject([{ formats: ["relata"], documents: documents.length }]);
  const packed = place.file("rows.zip", zip([{ name: "part-0.parquet", data: bytesOf("snappy") }]));
  expect(named((await readCorpus([packed])).documents)).toEqual(named(documents));
});

describe("lines for scoring", () => {
  const write = async (name: string, finds = false): Promise<{ rows: object[]; rejects: object[] }> => {
    const [output, rejects] = [place.path("lines.jsonl"), place.path("rejects.jsonl")];
    await drain(writePredictionLines(pathOf(name), { output, rejects }, formatSettings.parse({}), finds));
    const read = (path: string): object[] => parseJsonLines(readFileSync(path, "utf8"));
    return { rows: read(output), rejects: read(rejects) };
  };

  test("a bad row is set aside with file and row", async () => {
    const { rows, rejects } = await write("bad-rows");
    expect(rows).toHaveLength(9);
    expect(rejects).toMatchObject([
      { file: pathOf("bad-rows"), line: 4, error: "key", reason: expect.stringContaining("text") },
      { file: pathOf("bad-rows"), line: 6, reason: expect.stringContaining("1000") },
      { file: pathOf("bad-rows"), line: 9, reason: expect.stringContaining("[0, 7]") },
    ]);
  });

  test("so is a text that is no UTF-8", async () => {
    const { rows, rejects } = await write("invalid", true);
    expect(rows).toMatchObject([{ text: "Anna owns it." }, { text: "Café au lait" }]);
    expect(rejects).toMatchObject([{ line: 2, error: "encoding" }]);
  });

  test("texts alone are enough for a model that finds the entities", async () => {
    const { rows } = await write("text", true);
    expect(rows).toMatchObject(golden["text"]!);
    expect((await write("text")).rejects).toHaveLength(10);
  });
});

/** Without the keys that are null in Parquet, since the lines do not have them. */
const withoutNulls = (rows: readonly unknown[]): unknown =>
  JSON.parse(JSON.stringify(rows), (_, value: unknown) => value ?? undefined);

describe("answers", () => {
  const answers = readFileSync(`${folder}answers.jsonl`);

  test("are written as the file that pyarrow has read, and read as those answers", async () => {
    const pieces: Uint8Array[] = [];
    const output = await ParquetOutput.open(async (piece) => void pieces.push(piece as Uint8Array));
    const reused = Buffer.alloc(100);
    for (let at = 0; at < answers.length; at += 100)
      await output.write(reused.subarray(0, answers.copy(reused, 0, at, at + 100)));
    await output.close();
    expect(Buffer.concat(pieces).equals(bytesOf("answers"))).toBe(true);
    expect(withoutNulls(golden["answers"]!)).toEqual(parseJsonLines(answers.toString()));
  });

  test("a key without a column is refused", async () => {
    const output = await ParquetOutput.open(async () => {});
    await expect(output.write(Buffer.from('{"text": "", "relations": [{"head": 0, "odd": 1}]}\n'))).rejects.toThrow(
      /"odd"/,
    );
  });
});

test("files of a pattern are scored and committed as Parquet, with the answers that their lines have", async () => {
  const model = fileURLToPath(new URL("./oracle/folder-version-1", import.meta.url));
  const run = place.path("run");
  const plan = await planScoring(model, `${folder}{bad-rows,snappy}.parquet`, { output: run, shardRows: 64 }).result;
  expect(plan).toMatchObject({
    shards: 2,
    rows: 39,
    rejects: 3,
    converted: [{ format: "relata" }, { format: "relata" }],
  });
  await runScoring(run, { threads: 1 }).result;
  const lines = await commitScoring(run).result;
  expect(lines).toMatchObject({ rows: 39, rejects: 3 });
  const asParquet = await commitScoring(run, { to: place.path("all.parquet") }).result;
  expect(asParquet).toMatchObject({ rows: 39, bytes: readFileSync(place.path("all.parquet")).length });
  const read = await rowsOf(readFileSync(place.path("all.parquet")));
  const written = parseJsonLines(readFileSync(`${run}/predictions.jsonl`, "utf8"));
  expect(withoutNulls(read)).toEqual(written);
});
