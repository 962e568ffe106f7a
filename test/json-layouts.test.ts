// Every format of JSON is read alike in every layout of JSON.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Document } from "../src/corpus/document.ts";
import { formatNames, type FormatName } from "../src/formats/names.ts";
import { readDocuments } from "../src/formats/read.ts";
import { CorpusReading } from "../src/formats/reading.ts";
import { formats } from "../src/formats/registry.ts";
import { formatSettings } from "../src/formats/settings.ts";
import { facts, readBack, withWritten } from "./fixtures/format-contract.ts";

const documents: readonly Document[] = ["Le colis 📦 part lundi .", 'Le colis 📦 reste {["ici"]} .'].map((text, i) => ({
  id: `d${i + 1}`,
  text,
  entities: [
    { start: 3, end: 8, type: "OBJECT" },
    { start: 12, end: i === 0 ? 16 : 17, type: "ACTION" },
  ],
  relations: [{ head: 0, tail: 1, label: i === 0 ? "DOES" : "STAYS" }],
}));

/** The files of a path, by name. */
function contentsOf(path: string): [name: string, content: string][] {
  const isFile = statSync(path).isFile();
  const names = isFile ? [""] : readdirSync(path).sort();
  return names.map((name) => [name || basename(path), readFileSync(join(path, name), "utf8")]);
}

/** The records of a file of JSON; undefined for another file. */
function recordsOf(content: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return Array.isArray(value) ? value : [value];
  } catch {
    if (!content.startsWith("{")) return undefined;
    const lines = content.trimEnd().split("\n");
    return lines.map((line): unknown => JSON.parse(line));
  }
}

const pretty = (value: unknown): string => JSON.stringify(value, undefined, 2);
const plain = (value: unknown): string => JSON.stringify(value);
const layouts: Readonly<Record<string, (records: readonly unknown[]) => string>> = {
  lines: (records) => records.map(plain).join("\n"),
  "lines that end with CR LF": (records) => records.map((record) => `${plain(record)}\r\n`).join(""),
  "lines after a byte-order mark": (records) => `\uFEFF${records.map(plain).join("\n\n")}\n`,
  "a list on one line": (records) => plain(records),
  "a list, an element on each line": (records) => `[\n${records.map(plain).join(",\n")}\n]\n`,
  "a list in pretty print": (records) => pretty(records),
  "a list with tabs after a byte-order mark": (records) => `\uFEFF\n${JSON.stringify(records, undefined, "\t")}`,
  "objects in pretty print": (records) => records.map(pretty).join("\n"),
  "objects in pretty print, put together with their byte-order marks": (records) =>
    records.map((record) => `\uFEFF${pretty(record)}\r\n`).join(""),
  "objects one after the other on one line": (records) => records.map(plain).join(" "),
  "a list for each record": (records) => records.map((record) => plain([record])).join("\n"),
};

interface Written {
  readonly format: FormatName;
  readonly extension: string;
  readonly records: readonly unknown[];
  readonly facts: unknown;
}

async function written(format: FormatName): Promise<Written | undefined> {
  return withWritten(documents, formats[format], async (path) => {
    const contents = contentsOf(path).map(([name, content]) => ({ name, records: recordsOf(content) }));
    if (contents.some(({ records }) => records === undefined)) return undefined;
    const records = contents.flatMap((file) => file.records!);
    return {
      format,
      extension: /\.[^.]*$/.exec(contents[0]!.name)![0],
      records,
      facts: (await readBack(path)).map(facts),
    };
  });
}

async function withContent<T>(name: string, content: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "relata-layouts-"));
  try {
    const path = join(folder, name);
    writeFileSync(path, content);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const all = (await Promise.all(formatNames.map(written))).filter((one) => one !== undefined);

test("the formats of JSON are met", () => {
  expect(all.map(({ format }) => format)).toEqual(
    expect.arrayContaining(["annotto", "label-studio", "inception", "fewrel", "bioc", "spert", "docred", "relata"]),
  );
  expect(all.length).toBeGreaterThanOrEqual(16);
});

describe.each(all)("$format", ({ format, extension, records, facts: expected }) => {
  test.each(Object.entries(layouts))("%s", async (_, layOut) => {
    const read = (settings?: object): Promise<Document[]> =>
      withContent(`out${extension}`, layOut(records), (path) => readBack(path, settings));
    expect((await read({ format })).map(facts)).toEqual(expected);
    expect((await read()).map(facts)).toEqual(expected);
  });

  test("a record that is cut is named in a list on one line, and by its line on lines", async () => {
    const broken = (layout: string): Promise<Document[]> =>
      withContent(`out${extension}`, layouts[layout]!([...records, ...records]).slice(0, -9), (path) =>
        readBack(path, { format }),
      );
    await expect(broken("a list on one line")).rejects.toThrow(/out\.\w+:1:\d+ \(record \d/);
    await expect(broken("lines")).rejects.toThrow(/out\.\w+:\d/);
  });
});

test("lists under the key that a tool puts around them", async () => {
  const tasks = all.find(({ format }) => format === "label-studio")!;
  const wrapped = pretty({ total: 2, tasks: tasks.records, total_annotations: 2 });
  expect((await withContent("api.json", wrapped, (path) => readBack(path))).map(facts)).toEqual(tasks.facts);

  const bioc = all.find(({ format }) => format === "bioc")!;
  const inner = bioc.records.flatMap((record) => (record as { documents: unknown[] }).documents);
  for (const layout of Object.values(layouts)) {
    for (const given of [inner, [{ PubTator3: inner }], [{ source: "s", documents: inner, key: "k" }]]) {
      expect((await withContent("b.json", layout(given), (path) => readBack(path))).map(facts)).toEqual(bioc.facts);
    }
  }
});

test("a record of a list on one line is named by its number, its id and its column, in errors and in notices", async () => {
  const record = (id: string, end: number): object => ({
    doc_key: id,
    sentences: [["a", "b"]],
    ner: [
      [
        [0, end, "X"],
        [1, 1, "Y"],
      ],
    ],
    relations: [[[0, 0, 1, 1, "R"]]],
    clusters: [[[0, 0]]],
  });
  const content = JSON.stringify([record("é", 0), record("second", 5), record("third\u001b[31m", 0)]);
  await withContent("d.json", content, async (path) => {
    const column = content.indexOf('{"doc_key":"second"') + 1;
    const place = `d.json:1:${column} (record 2, doc_key "second")`;
    await expect(readBack(path)).rejects.toThrow(place);
    const context = new CorpusReading({ settings: formatSettings.parse({ skipInvalid: true }) });
    const read: Document[] = [];
    for await (const document of readDocuments(path, context)) read.push(document);
    expect(read.map(({ source }) => source?.record)).toEqual([1, 3]);
    const places = context.notices.list().map(({ code, locations }) => [code, locations.map((at) => at.record)]);
    expect(places).toEqual([
      ["invalid-document", [2]],
      ["clusters", [1, 3]],
    ]);
    expect(read[1]!.source?.name).toBe('doc_key "third\\u001b[31m"');
  });
});
