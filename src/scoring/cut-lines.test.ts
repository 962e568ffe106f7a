import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { splitLines } from "../formats/source/lines.ts";
import { cutLines } from "./cut-lines.ts";
import type { Shard } from "./manifest.ts";

const folder = mkdtempSync(join(tmpdir(), "relata-cut-"));
const path = join(folder, "rows.jsonl");
afterAll(() => rmSync(folder, { recursive: true }));

async function cut(content: string, rows: number, pieceBytes?: number): Promise<Shard[]> {
  writeFileSync(path, content);
  const shards: Shard[] = [];
  for await (const shard of cutLines(
    path,
    "rows.jsonl",
    rows,
    pieceBytes === undefined ? undefined : Buffer.alloc(pieceBytes),
  ))
    shards.push(shard);
  return shards;
}

/** The numbers and places of the lines that say anything, as the readers of lines find them. */
async function linesOf(bytes: Buffer, start = { line: 1, byteOffset: 0 }): Promise<[number, number, string][]> {
  async function* pieces(): AsyncGenerator<Buffer> {
    yield bytes;
  }
  const lines: [number, number, string][] = [];
  for await (const { at, byteOffset, text } of splitLines(pieces(), "rows.jsonl", undefined, start))
    lines.push([at.line, byteOffset, text]);
  return lines;
}

test("shards hold every row once, in order, with its number and place in the file", async () => {
  const count = fc.integer({ min: 1, max: 4 });
  const units = fc.constantFrom("a", "é", "\u00a0", "\uFEFF", "\n", "\r\n", " ", "{}", "\n\n");
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: units, maxLength: 60 }), count, count, async (text, rows, pieceBytes) => {
      const bytes = Buffer.from(text);
      const shards = await cut(text, rows, pieceBytes);
      const read: [number, number, string][] = [];
      for (const { start, end, line, rows, sha256 } of shards) {
        const range = bytes.subarray(start, end);
        expect(createHash("sha256").update(range).digest("hex")).toBe(sha256);
        const lines = await linesOf(range, { line, byteOffset: start });
        expect(lines).toHaveLength(rows);
        read.push(...lines);
      }
      expect(read).toEqual(await linesOf(bytes));
      expect(shards.slice(0, -1).every((shard) => shard.rows === rows)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("a file larger than one piece of reading, and a row longer than one", async () => {
  const rows = ["x".repeat(2.5e6), "é".repeat(7e5), ...Array.from({ length: 500 }, (_, i) => `row ${i}`)];
  const shards = await cut(rows.join("\n"), 100);
  expect(shards.map((shard) => shard.rows)).toEqual([100, 100, 100, 100, 100, 2]);
  expect(shards.map((shard) => shard.line)).toEqual([1, 101, 201, 301, 401, 501]);
  expect(shards.at(-1)!.end).toBe(Buffer.byteLength(rows.join("\n")));
});

test("a file of blank lines has no shard", async () => {
  expect(await cut("\n \r\n\t\n", 2)).toEqual([]);
});
