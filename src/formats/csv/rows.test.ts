import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { RecordError } from "../../corpus/errors.ts";
import { InputMissingError } from "../../errors.ts";
import { SourceFile } from "../source/source-file.ts";
import { csvRows } from "./rows.ts";

async function rows(content: string, limit?: number): Promise<string[][]> {
  return withFile(content, async (path) => {
    const found: string[][] = [];
    for await (const { at, fields } of csvRows(
      await SourceFile.open(path),
      ",",
      limit === undefined ? {} : { limit },
    )) {
      found.push([String(at.line), ...fields]);
    }
    return found;
  });
}

test("blank lines, empty fields and white space", async () => {
  expect(await rows('a,b\n\n , x\n,""\n')).toEqual([
    ["1", "a", "b"],
    ["3", " ", " x"],
    ["4", "", ""],
  ]);
});

describe("a row past the limit", () => {
  test.each([
    ["in quotes", `"${"x\n".repeat(200)}"\n`],
    ["without", `${"x".repeat(400)}\n`],
  ])("%s", async (_, long) => {
    const failure = rows(`a,b\n1,2\n${long}3,4\n`, 100);
    await expect(failure).rejects.toBeInstanceOf(RecordError);
    await expect(failure).rejects.toThrow(":3: expected a row whose quotation marks are closed, found none within 100");
  });
});

test("what goes wrong in reading comes out", async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from(`a,b\n${"x,y\n".repeat(70_000)}`);
    throw new InputMissingError("gone");
  }
  const file = await SourceFile.open("a.csv", { chunks: broken() });
  const reading = (async () => {
    let count = 0;
    for await (const _ of csvRows(file, ",")) count++;
    return count;
  })();
  await expect(reading).rejects.toBeInstanceOf(InputMissingError);
});

test("a byte-order mark before a field in quotes, however the file comes in chunks", async () => {
  for (const size of [1, 2, 100]) {
    const bytes = Buffer.from('\uFEFF"a",b\n"\uFEFF",📦\n');
    async function* chunks(): AsyncGenerator<Buffer> {
      for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
    }
    const found: (readonly string[])[] = [];
    for await (const { fields } of csvRows(await SourceFile.open("a.csv", { chunks: chunks() }), ","))
      found.push(fields);
    expect(found).toEqual([
      ["a", "b"],
      ["\uFEFF", "📦"],
    ]);
  }
});
