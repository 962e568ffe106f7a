import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { endsInFirstRecord, probeBytes, probeText, type Probe } from "./probe.ts";
import { SourceFile } from "./source-file.ts";

const plain = (records: readonly unknown[]): unknown => JSON.parse(JSON.stringify(records));
const shown = (text: string): Pick<Probe, "layout"> & { records: unknown } => {
  const { records, layout } = probeText(text);
  return { records: plain(records), layout };
};

describe("the first records, however they stand in the file", () => {
  const a = { id: 1, text: 'a "b" \\ \u00e9\n📦', list: [1, -2.5e3, true, null, { k: [] }], empty: {} };
  const b = { text: "" };
  test.each([
    ["on lines", `\uFEFF\n${JSON.stringify(a)}\r\n\n${JSON.stringify(b)}`, "lines"],
    ["in a list on one line", JSON.stringify([a, b]), "list"],
    ["in a list on several lines", JSON.stringify([a, b], null, 2), "list"],
    ["one after the other, on several lines", `${JSON.stringify(a, null, 2)}\n${JSON.stringify(b, null, 2)}`, "values"],
  ])("%s", (_, text, layout) => expect(shown(text)).toEqual({ records: [a, b], layout }));

  test("one object on one line", () => expect(shown('{"a": 1}')).toEqual({ records: [{ a: 1 }], layout: "lines" }));
  test.each(["", "  \n", "text\n", "T1\tX 0 1\ta\n", "<xml/>", '"a"\n', "id,text\n"])("none in %j", (text) =>
    expect(shown(text)).toEqual({ records: [], layout: undefined }),
  );
});

test("any JSON is shown as JSON.parse has it, but for what is cut", () => {
  const json = fc.jsonValue({ maxDepth: 5 }).filter((value) => typeof value === "object" && value !== null);
  fc.assert(
    fc.property(fc.array(json, { maxLength: 4 }), fc.constantFrom(0, 1), (values, indent) => {
      const written = plain(values) as unknown[];
      expect(plain(probeText(JSON.stringify(written, null, indent)).records)).toEqual(written);
    }),
  );
});

test("whatever bytes there are, the probe is made, and its size is bounded", () => {
  const fragment = fc.oneof(
    fc.constantFrom("{", "}", "[", "]", '"', ":", ",", "\\", "\n", " ", "1", "nul", '"a":'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 60 }), (parts) => {
      const { records } = probeText(`{${parts.join("")}`);
      expect(records.length).toBeLessThanOrEqual(32);
    }),
  );
  const nested = probeText("[".repeat(500_000));
  expect(JSON.stringify(nested.records).length).toBeLessThan(100);
  expect(JSON.stringify(probeText(`{"__proto__": {"text": "x"}, "a": 1}`).records[0])).toContain("__proto__");
});

describe("what is broken or not there", () => {
  test("a broken line ends with its line", () => {
    const { records, layout } = shown('{"text": "a\n{"text": "b", }\n{"text": "c"\n{"text": "d"}\n');
    expect(layout).toBe("lines");
    expect(records).toEqual([{ text: "a" }, { text: "b" }, { text: "c" }, { text: "d" }]);
  });
  test("NaN, as Python writes it, stops nothing", () => {
    expect(shown('[{"a": NaN, "b": 1}]').records).toEqual([{ a: null, b: 1 }]);
  });
  test("an object whose end is not there shows what is", () => {
    expect(shown('{"%TYPES": {"a": {"b": [1').records).toEqual([{ "%TYPES": { a: { b: [] } } }]);
  });
  test("of long strings, lists and many records the beginning", () => {
    const record = JSON.stringify({
      text: "x\\".repeat(100_000),
      list: Array.from({ length: 100_000 }, (_, i) => i),
      last: 1,
    });
    const { records } = probeText(`${record}\n`.repeat(40));
    expect(records).toHaveLength(32);
    expect(records[0]).toMatchObject({ text: "x\\".repeat(128), last: 1 });
    expect((records[0] as { list: number[] }).list).toEqual(Array.from({ length: 32 }, (_, i) => i));
  });
});

test("a file is read as far as its first record is there, once", async () => {
  const record = JSON.stringify({ text: "x".repeat(3_000_000), tokens: Array(200_000).fill("x"), entities: [] });
  await withFile(`${record}\n${record}\n`, async (path) => {
    const file = await SourceFile.open(path);
    expect(Object.keys(file.probe.records[0] as object)).toEqual(["text", "tokens", "entities"]);
    expect(file.head.length).toBe(256 * 1024);
    let lines = 0;
    for await (const { text } of file.records()) {
      lines++;
      expect(text).toBe(record);
    }
    expect(lines).toBe(2);
    expect(file.bytes).toBe(2 * record.length + 2);
    await file.close();
  });
});

test("more is asked for only where the first record goes on", () => {
  const ends = (text: string): boolean => endsInFirstRecord(Buffer.from(text));
  expect(ends('{"a": "x')).toBe(true);
  expect(ends('[{"a": [1, 2')).toBe(true);
  expect(ends('[{"a": 1}, {"b')).toBe(false);
  expect(ends("plain text")).toBe(false);
  expect(ends('{"a": broken, "')).toBe(false);
  const manyValues = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [i, Array(100).fill(Array(40).fill(1))]));
  expect(ends(JSON.stringify(manyValues).slice(0, -1))).toBe(false);
});

test("the name without .gz", () => expect(probeBytes(Buffer.from("x"), "a/b.ann.GZ").path).toBe("a/b.ann"));
