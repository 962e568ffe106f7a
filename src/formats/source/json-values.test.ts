import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EncodingError, LineTooLongError } from "../../corpus/errors.ts";
import { jsonValues } from "./json-values.ts";
import type { Line } from "./lines.ts";

async function valuesOf(content: string | Uint8Array, chunkSize = 7, limit?: number): Promise<Line[]> {
  const bytes = Buffer.from(content as string);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let i = 0; i < bytes.length; i += chunkSize) yield bytes.subarray(i, i + chunkSize);
  }
  const values: Line[] = [];
  for await (const value of jsonValues(chunks(), "a", limit)) values.push(value);
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
  const long = await valuesOf(`{"a": "${"x".repeat(50)}"}\n{"b": 1}`, 7, 40);
  expect(long.map(({ problem }) => problem?.constructor)).toEqual([LineTooLongError, undefined]);
  const bytes = Buffer.concat([Buffer.from('{"a": "'), Buffer.from([0xe9]), Buffer.from('"} {"b": 1}')]);
  expect((await valuesOf(bytes)).map(({ problem }) => problem?.constructor)).toEqual([EncodingError, undefined]);
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
