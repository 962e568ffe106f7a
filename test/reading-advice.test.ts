// The advice of an error works: leaving out is offered where something is left, and a flag is not offered twice.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Document } from "../src/corpus/document.ts";
import type { UserError } from "../src/errors.ts";
import { readDocuments } from "../src/formats/read.ts";
import { CorpusReading } from "../src/formats/reading.ts";
import { formatSettings, type FormatSettings } from "../src/formats/settings.ts";
import { relata } from "./support/run-cli.ts";

const line = (id: string): string =>
  `${JSON.stringify({
    id,
    text: "Ana met Bob.",
    entities: [
      [0, 3],
      [8, 11],
    ],
  })}\n`;
const bad = '{"id": "x", "text": "Ana met Bob.", "entities": [[0, "3"]]}\n';
const task = { id: 1, data: { body: "Ana", title: "Bob" }, annotations: [{ result: [] }] };

async function withFiles<T>(files: Record<string, string | Buffer>, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "relata-advice-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Outcome {
  readonly documents: Document[];
  readonly reading: CorpusReading;
  readonly error: UserError | undefined;
}

async function read(path: string, settings: Partial<FormatSettings> = {}): Promise<Outcome> {
  const reading = new CorpusReading({ settings: formatSettings.parse(settings) });
  const documents: Document[] = [];
  try {
    for await (const document of readDocuments(path, reading)) documents.push(document);
    return { documents, reading, error: undefined };
  } catch (error) {
    return { documents, reading, error: error as UserError };
  }
}

test.each<[name: string, content: string | Buffer, helps: boolean]>([
  ["one bad line before good ones", bad + line("a"), true],
  ["one bad line after good ones", line("a") + bad, true],
  ["nothing but bad lines", bad + bad, false],
  ["a file in UTF-16", Buffer.from(`\uFEFF${line("a")}`, "utf16le"), false],
  ["a file in Latin-1", Buffer.from(`${line("a")}${line("b").replace("Ana", "Zoé")}`, "latin1"), false],
  ["columns that are not there", "text,head,tail,label\nAna met Bob.,Eva,Bob,MET\n", false],
  ["a table with one bad row", "text,head,tail,label\nAna met Bob.,Eva,Bob,MET\nAna met Bob.,Ana,Bob,MET\n", true],
])("leaving out is offered where it leaves something: %s", async (_, content, helps) => {
  await withFiles({ "a.jsonl": content }, async (folder) => {
    const { error } = await read(join(folder, "a.jsonl"));
    expect(error?.skippingHelps).toBe(helps);
    const { documents } = await read(join(folder, "a.jsonl"), { skipInvalid: true });
    // Of a file in another encoding what has no letter but those of ASCII would be left.
    if (!/encoding|UTF-8/.test(error!.message)) expect(documents.length > 0).toBe(helps);
  });
});

test("the command line offers it there and only there", async () => {
  await withFiles({ "good.jsonl": bad + line("a"), "bad.jsonl": bad + bad }, async (folder) => {
    const stats = (name: string): ReturnType<typeof relata> => relata(["data", "stats", join(folder, name)]);
    expect((await stats("good.jsonl")).stderr).toContain("--skip-invalid");
    const { code, stderr } = await stats("bad.jsonl");
    expect(code).toBe(65);
    expect(stderr).not.toContain("--skip-invalid");
  });
});

test("of a folder, files that cannot be read are set aside with --skip-invalid, counted and named", async () => {
  const files = {
    "a.jsonl": line("a"),
    "b.jsonl": Buffer.from(line("b"), "utf16le"),
    "c.csv": "text,head,tail,label\nAna met Bob.,Ana,Bob,MET\n",
    "d.json": Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]),
    "sub/e.jsonl": line("e"),
  };
  await withFiles(files, async (folder) => {
    const stopped = await read(folder);
    expect(stopped.error?.message).toContain("b.jsonl: not valid UTF-8 but likely UTF-16LE");
    expect(stopped.error?.skippingHelps).toBe(true);
    const { documents, reading, error } = await read(folder, { skipInvalid: true });
    expect(error).toBeUndefined();
    expect(documents.map(({ id }) => id)).toEqual(["a", "c-1", "e"]);
    const [notice] = reading.notices.list().filter(({ code }) => code === "unreadable-file");
    expect(notice).toMatchObject({ count: 2, lost: { other: 2 } });
    expect(notice!.locations.map(({ file }) => file)).toEqual([join(folder, "b.jsonl"), join(folder, "d.json")]);
    expect(notice!.locations[0]!.detail).toMatch(/^not valid UTF-8 but likely UTF-16LE/);
  });
});

test("a folder of which no file can be read says why", async () => {
  await withFiles({ "b.jsonl": Buffer.from(line("b"), "utf16le") }, async (folder) => {
    for (const skipInvalid of [false, true]) {
      const { error } = await read(folder, { skipInvalid });
      expect(error?.message).toContain("likely UTF-16LE");
      expect(error?.skippingHelps ?? false).toBe(false);
    }
  });
});

// Nothing is forbidden to root.
test.skipIf(process.getuid?.() === 0)("a file that may not be read is set aside, too", async () => {
  await withFiles({ "a.jsonl": line("a"), "b.jsonl": line("b") }, async (folder) => {
    chmodSync(join(folder, "b.jsonl"), 0);
    expect((await read(folder)).error).toMatchObject({ skippingHelps: true, exitCode: 69 });
    const { documents, reading } = await read(folder, { skipInvalid: true });
    expect(documents).toHaveLength(1);
    expect(reading.notices.list()).toMatchObject([{ code: "unreadable-file", count: 1 }]);
  });
});

test("--fields is not offered to those who gave it", async () => {
  await withFiles({ "a.json": JSON.stringify([task]), "b.csv": "a,b,c\n1,2,3\n" }, async (folder) => {
    const withoutFields = await read(join(folder, "a.json"));
    expect(withoutFields.error?.message).toContain("Name its key with --fields text=KEY");
    const withFields = await read(join(folder, "a.json"), { fields: "text=corps" });
    expect(withFields.error?.message).toContain('the key "corps"');
    expect(withFields.error?.message).not.toContain("Name its key with --fields");
  });
});
