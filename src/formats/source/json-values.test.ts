import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EncodingError, LineTooLongError } from "../../corpus/errors.ts";
import { jsonValues, type JsonPiece, type JsonSplitting } from "./json-values.ts";

async function valuesOf(
  content: string | Uint8Array,
  chunkSize = 7,
  splitting: JsonSplitting = {},
): Promise<JsonPiece[]> {
  const bytes = Buffer.from(content as string);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let i = 0; i < bytes.length; i += chunkSize) yield bytes.subarray(i, i + chunkSize);
  }
  const values: JsonPiece[] = [];
  for await (const value of jsonValues(chunks(), "a", splitting)) values.push(value);
  return values;
}

test("values with the line each begins on, of lines, of pretty print and of an array", async () => {
  const pretty = '{\n "a": "]}\\"{" \n}\n\n{"b": [1, {}]}';
  for (const content of [
    pretty,
    `[${pretty.replace("}\n\n", "}\n,\n")}]`,
    `\uFEFF [ ${pretty.replace("}\n\n", "},\n\n")} ]\n`,
  ]) {
    for (const chunkSize of [1, 3, 1000]) {
      const values = await valuesOf(content, chunkSize);
      expect(values.map(({ at, text }) => [at.line, JSON.parse(text)])).toEqual([
        [1, { a: ']}"{' }],
        [5, { b: [1, {}] }],
      ]);
    }
  }
});

test("an empty array has none; a cut file ends with what there is", async () => {
  expect(await valuesOf(" [\n]\n")).toEqual([]);
  expect((await valuesOf('[{"a": 1}, {"b": ')).map(({ text }) => text)).toEqual(['{"a": 1}', '{"b": ']);
  expect((await valuesOf("nonsense {}")).map(({ text }) => text)).toEqual(["nonsense {}"]);
});

test("too long a value and bytes that are not UTF-8 are problems of that value alone", async () => {
  const long = await valuesOf(`{"a": "${"x".repeat(50)}"}\n{"b": 1}`, 7, { limit: 40 });
  const kindOf = ({ at, problem }: JsonPiece): unknown => problem?.(at).constructor;
  expect(long.map(kindOf)).toEqual([LineTooLongError, undefined]);
  const bytes = Buffer.concat([Buffer.from('{"a": "'), Buffer.from([0xe9]), Buffer.from('"} {"b": 1}')]);
  expect((await valuesOf(bytes)).map(kindOf)).toEqual([EncodingError, undefined]);
});

test("any objects come back, however they are written", async () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      objects,
      fc.constantFrom(undefined, 1),
      fc.integer({ min: 1, max: 20 }),
      async (objects, indent, size) => {
        const array = JSON.stringify(objects, undefined, indent);
        const lines = objects.map((object) => JSON.stringify(object, undefined, indent)).join("\n");
        for (const content of [array, lines]) {
          expect((await valuesOf(content, size)).map(({ text }) => JSON.parse(text))).toEqual(JSON.parse(array));
        }
      },
    ),
    { numRuns: 100 },
  );
});

const told = (pieces: readonly JsonPiece[]): unknown =>
  pieces.map(({ at, text, key, isWrapping, problem }) => [
    `${at.line}${at.column === undefined ? "" : `:${at.column}`}`,
    problem ? problem(at).message : (JSON.parse(text) as unknown),
    ...(key === undefined ? [] : [key]),
    ...(isWrapping ? ["around"] : []),
  ]);

test("the elements of a list under a key, then what stands around it", async () => {
  const isWrapping = (key: string): boolean => key === "tasks" || key === "é";
  const content =
    '{"a": {"tasks": [1]}, "t\\u0061sks" : [ {"tasks": [2]}, [3],4 ],\n"b": "tasks", "é":[{"c": []}], "z": [5]}\n{"a": [6]}';
  for (const size of [1, 2, 5, 1000]) {
    expect(told(await valuesOf(content, size, { isWrapping }))).toEqual([
      ["1:40", { tasks: [2] }, "tasks"],
      ["1:56", [3], "tasks"],
      ["1:60", 4, "tasks"],
      ["2", { c: [] }, "é"],
      ["1", { a: { tasks: [1] }, tasks: [], b: "tasks", é: [], z: [5] }, "around"],
      ["3", { a: [6] }],
    ]);
  }
});

test("several values of a line have columns, in UTF-16 code units", async () => {
  expect(told(await valuesOf('[{"é": "📦"}, {"b": 1}]\n{"c": 2}{"d": 3}', 3))).toEqual([
    ["1", { é: "📦" }],
    ["1:15", { b: 1 }],
    ["2", { c: 2 }],
    ["2:9", { d: 3 }],
  ]);
});

test("a value ends with its line where each stands on one, however it is broken", async () => {
  const values = await valuesOf('{"a": [{"b": 1}\n{"b": "x\n{"b": 2}\n', 4, { endsWithLine: true });
  expect(values.map(({ at, text }) => [at.line, text])).toEqual([
    [1, '{"a": [{"b": 1}'],
    [2, '{"b": "x'],
    [3, '{"b": 2}'],
  ]);
});

test("a list that was cut between two values is a problem; lists and byte-order marks one after the other are none", async () => {
  expect(told(await valuesOf('[{"a": 1},\n{"b": 2},\n'))).toEqual([
    ["1", { a: 1 }],
    ["2", { b: 2 }],
    ["3", expect.stringContaining("the list does not end")],
  ]);
  expect(told(await valuesOf('\uFEFF[{"a": 1}]\n\uFEFF[{"b": 2}, null]'))).toEqual([
    ["1", { a: 1 }],
    ["2", { b: 2 }],
    ["2:13", null],
  ]);
});
