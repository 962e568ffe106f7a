import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RecordError, UnknownEntityError } from "../corpus/errors.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import type { RawDocument } from "../formats/format.ts";
import { formatSettings } from "../formats/settings.ts";
import { inspectFile } from "./file-encoding.ts";
import { InspectionReading } from "./reading.ts";

const at = { file: "a.jsonl", line: 3 };
const document: RawDocument = { id: "d", text: "abc", entities: [{ start: 2, end: 99, type: "" }], relations: [] };
const reading = (): InspectionReading => new InspectionReading(formatSettings.parse({}));

test("documents are handed on as they are, bad spans and surfaces included", () => {
  const context = reading();
  const raw = { ...document, surfaces: ["c"] };
  expect(context.record(at, () => raw)).toBe(raw);
  expect(context.take()).toEqual([{ document: raw, problems: [] }]);
  expect(context.take()).toEqual([]);
});

test("bad data is a problem with its place; a bug stays one", () => {
  const context = reading();
  const fails = (error: Error): void => {
    context.record(at, () => {
      throw error;
    });
  };
  fails(new RecordError("a label", "none", at));
  fails(new UnknownEntityError("WHEN", "7", [], { ...at, line: 4 }));
  expect(context.take().map(({ problems }) => problems)).toMatchObject([
    [{ code: "record-invalid", at, message: "expected a label, found none" }],
    [{ code: "relation-unknown-entity", at: { line: 4 }, message: expect.stringMatching(/^relation "WHEN" cites/) }],
  ]);
  expect(() => fails(new TypeError("a bug"))).toThrow("a bug");
});

test("what readers tell is counted in full, at the places they name and with the documents", () => {
  const context = reading();
  const tell = (notices: NoticeLog): RawDocument => {
    for (let i = 0; i < 8; i++) notices.add("odd", "odd things", { ...at, detail: `thing ${i}` });
    notices.add("other-offset-unit", "documents with another unit", { ...at, detail: "code points" });
    return document;
  };
  context.record(at, tell);
  const [{ problems } = { problems: [] }] = context.take();
  expect(problems.map(({ code, count = 1, documentId }) => [code, count, documentId])).toEqual([
    ["read-odd", 4, "d"],
    ...Array.from({ length: 4 }, () => ["read-odd", 1, "d"]),
    ["offsets-other-unit", 1, "d"],
  ]);
  expect(problems[0]).toMatchObject({ severity: "info", title: "odd things", message: "thing 0" });
  expect(problems[5]!.fix!.apply(document)).toBe(document);

  context.notices.add("empty-file", "empty files, left out");
  expect(context.ofFiles()).toMatchObject([{ code: "read-empty-file", message: "empty files, left out" }]);
});

test("byte-order mark and CR LF of a file; nothing of packed ones and of folders", async () => {
  const folder = await mkdtemp(join(tmpdir(), "relata-inspection-"));
  try {
    const codes = async (content: string | Buffer): Promise<string[]> => {
      writeFileSync(join(folder, "file"), content);
      return (await inspectFile(join(folder, "file"))).map(({ code }) => code);
    };
    expect(await codes("\uFEFF{}\r\n{}\r\n")).toEqual(["file-byte-order-mark", "file-crlf"]);
    expect(await codes("{}\n{}\r")).toEqual([]);
    expect(await codes("")).toEqual([]);
    expect(await codes(Buffer.from("PK\u0003\u0004\u0000\r\n"))).toEqual([]);
    expect(await inspectFile(folder)).toEqual([]);
    expect(await inspectFile(join(folder, "nowhere"))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
