import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EncodingError, LineTooLongError } from "../../corpus/errors.ts";
import { splitLines, type Line } from "./lines.ts";

async function split(content: Uint8Array, chunkSize: number, limit?: number): Promise<Line[]> {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let i = 0; i < content.length; i += chunkSize) yield Buffer.from(content.subarray(i, i + chunkSize));
  }
  const lines: Line[] = [];
  for await (const line of splitLines(chunks(), "a", limit)) lines.push(line);
  return lines;
}
const brief = (lines: Line[]): [number, string][] => lines.map(({ at, text }) => [at.line, text]);

test("byte-order mark, CRLF, blank lines and a last line without end", async () => {
  const content = Buffer.from("\uFEFFun\r\n\r\n  \t\ndeux\n\uFEFFtrois 📦");
  for (const chunkSize of [1, 3, 100]) {
    expect(brief(await split(content, chunkSize))).toEqual([
      [1, "un"],
      [4, "deux"],
      [5, "\uFEFFtrois 📦"],
    ]);
  }
});

test("the lines do not depend on how the file comes in chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom("a", "é", "📦", "\n", "\r\n", " ") }),
      fc.integer({ min: 1, max: 9 }),
      async (text, size) => {
        const lines = text.split("\n").map((line, i): [number, string] => [i + 1, line.replace(/\r$/, "")]);
        expect(brief(await split(Buffer.from(text), size))).toEqual(lines.filter(([, line]) => line.trim() !== ""));
      },
    ),
  );
});

test("a line past the limit is refused by its number, and the next is read", async () => {
  for (const chunkSize of [2, 100]) {
    const lines = await split(Buffer.from("12345678\n123456789\n1\n"), chunkSize, 8);
    expect(brief(lines)).toEqual([
      [1, "12345678"],
      [2, ""],
      [3, "1"],
    ]);
    expect(lines[1]!.problem).toBeInstanceOf(LineTooLongError);
    expect(lines[1]!.problem!.message).toContain("a:2: the line has 9 bytes, more than the 8");
  }
});

test("a line that is not UTF-8 tells so", async () => {
  const lines = await split(Buffer.from("bon\nd\u00e9j\u00e0\n", "latin1"), 100);
  expect(lines[0]!.problem).toBeUndefined();
  expect(lines[1]!.problem).toBeInstanceOf(EncodingError);
});
