import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { zip } from "../../../test/support/zip-writer.ts";
import { surface, type Document } from "../../corpus/document.ts";
import { EncodingError, RecordError } from "../../corpus/errors.ts";
import type { Notice } from "../../corpus/notices.ts";
import { readDocuments } from "../read.ts";
import { CorpusReading } from "../reading.ts";
import { formatSettings } from "../settings.ts";
import { MissingTextError } from "./errors.ts";

interface Reading {
  readonly documents: Document[];
  readonly symmetricLabels: string[];
  readonly notices: Notice[];
}

async function readPath(path: string): Promise<Reading> {
  const context = new CorpusReading({ settings: formatSettings.parse({}) });
  const documents: Document[] = [];
  for await (const document of readDocuments(path, context)) documents.push(document);
  return { documents, symmetricLabels: [...context.symmetricLabels], notices: context.notices.list() };
}

const cases = fileURLToPath(new URL("../../../test/cases", import.meta.url));
const readCase = (name: string): Promise<Reading> => readPath(join(cases, name));
const spans = ({ documents }: Reading): string[][] =>
  documents.map((document) => document.entities.map((entity) => surface(document, entity)));

type Files = Readonly<Record<string, string | Uint8Array>>;

async function withFiles<T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "relata-brat-layout-"));
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
const read = (files: Files): Promise<Reading> => withFiles(files, readPath);

describe("line breaks in the text of a T line", () => {
  test.each(["raw-newline", "raw-newline-sun", "raw-newline-r"])("%s: however the rest begins", async (name) => {
    const reading = await readCase(`25-brat-line-breaks/${name}`);
    expect(spans(reading)[0]).toEqual([expect.stringMatching(/^Big\n[MSR]\w\w Corp$/), "Ana"]);
    expect(reading.documents[0]!.relations).toEqual([{ head: 0, tail: 1, label: "sold_by" }]);
    expect(reading.notices).toEqual([]);
  });

  test.each(["fragment", "fragment2"])("%s: a piece for each line", async (name) => {
    expect(spans(await readCase(`25-brat-line-breaks/${name}`))).toEqual([["diverticulite \nsigmoidienne", "Ana"]]);
  });

  const content = "📦 is\r\nT2\tX 0 1\r\n\r\n#end A1\tNo T1 here";
  const ways: Readonly<Record<string, (text: string) => number>> = {
    "code points": (text) => Array.from(text).length,
    "UTF-16 code units": (text) => text.length,
    "CR LF as one": (text) => Array.from(text.replaceAll("\r\n", "\n")).length,
  };
  test.each(Object.keys(ways))("a rest that is written like annotations, with blank lines: %s", async (way) => {
    const at = (surface: string): string => {
      const start = ways[way]!(content.slice(0, content.indexOf(surface)));
      return `${start} ${start + ways[way]!(surface)}`;
    };
    const covered = "is\r\nT2\tX 0 1\r\n\r\n#end";
    const ann = `T1\tX ${at(covered)}\t${covered}\nT2\tY ${at("here")}\there\nA1\tNo T1\n`;
    const reading = await read({ "x.txt": content, "x.ann": ann });
    expect(spans(reading)).toEqual([[covered, "here"]]);
    const other = { "UTF-16 code units": "other-offset-unit", "CR LF as one": "line-end-as-one" }[way];
    expect(reading.notices.map(({ code }) => code).sort()).toEqual(["brat-unread", ...(other ? [other] : [])]);
  });

  test("a text that is not whole takes no annotation for its rest", async () => {
    const ann = "T1\tORG 8 20\tBig\nT2\tPER 24 27\tAna\nR1\tA Arg1:T1 Arg2:T2";
    const { documents, notices } = await read({ "x.txt": "Sold to Big\nMon Corp by Ana.", "x.ann": ann });
    expect(documents[0]!.entities).toHaveLength(2);
    expect(notices).toMatchObject([{ code: "surface-mismatch", count: 1 }]);
  });

  test.each(["Mon Sorp", "Sun", "The", "Rio", "A x", "End", "Not"])(
    "a rest %s that is elsewhere is reported",
    async (rest) => {
      const files = { "x.txt": "Sold to Big Bad Wolf by Ana.", "x.ann": `T1\tORG 8 20\tBig\n${rest}\n` };
      await expect(read(files)).rejects.toBeInstanceOf(RecordError);
      await expect(read(files)).rejects.toThrow(/x\.ann:2: .*Is it the rest of T1, whose offsets cover 12 characters/);
    },
  );
});

describe("ids that are from 0, and arguments that are not there", () => {
  test("T0", async () => {
    const { documents } = await readCase("25-brat-line-breaks/t0");
    expect(documents[0]!.relations).toEqual([{ head: 1, tail: 0, label: "Support" }]);
  });

  test.each([
    ["R0\tSupport Arg1:T0 Arg2:", "R0 lacks its second argument"],
    ["R0\tSupport Arg1: Arg2:T0", "R0 lacks its first argument"],
    ["R0\tSupport Arg1:T0", "R0 lacks its second argument"],
    ["R0\tSupport", "R0 lacks its first and its second argument"],
    ["R0\tSupport\tArg1:T0\tArg2:T0", "with TABs where brat has blanks"],
    ["T9 X 0 2 We", "without a TAB"],
  ])("%s", async (line, message) => {
    const files = { "e.txt": "We mourn.", "e.ann": `T0\tClaim 0 2\tWe\n${line}\n` };
    await expect(read(files)).rejects.toThrow(message);
    await expect(read(files)).rejects.toMatchObject({ at: { line: 2 } });
  });

  test("in the file of another's corpus", async () => {
    await expect(readCase("25-brat-line-breaks/empty-arg")).rejects.toThrow(/e\.ann:3: .*lacks its second argument/);
  });
});

describe("annotation.conf", () => {
  test.each([
    "33-conf-symmetric/up",
    "33-conf-symmetric/up/train",
    "33-conf-symmetric/beside",
    "15-brat-layouts/conf-above",
    "15-brat-layouts/conf-beside",
  ])("%s: beside the texts or in a folder above them", async (name) => {
    expect((await readCase(name)).symmetricLabels).toEqual(["met"]);
  });

  const conf = (label: string): string => `[relations]\n${label}\tArg1:A, Arg2:A, <REL-TYPE>:symmetric\n`;
  const files = {
    "annotation.conf": conf("top"),
    "a/annotation.conf": conf("near"),
    "a/b/c/x.txt": "Ana",
    "a/b/c/x.ann": "T1\tA 0 3\tAna\n",
  };
  test("the nearest counts, of a file named alone and in an archive too", async () => {
    expect((await read(files)).symmetricLabels).toEqual(["near"]);
    await withFiles(files, async (folder) => {
      expect((await readPath(join(folder, "a/b/c/x.ann"))).symmetricLabels).toEqual(["near"]);
      const members = Object.entries(files).map(([name, content]) => ({ name, data: Buffer.from(content) }));
      writeFileSync(join(folder, "c.zip"), zip(members));
      expect((await readPath(join(folder, "c.zip"))).symmetricLabels).toEqual(["near"]);
    });
  });
});

describe("annotations in parts", () => {
  test("of a shared task of BioNLP: .a1 and .a2", async () => {
    const { documents } = await readCase("15-brat-layouts/a1a2");
    expect(documents).toMatchObject([{ id: "PMC-1", entities: { length: 3 } }]);
    expect(documents[0]!.relations).toEqual([
      { head: 2, tail: 0, label: "Theme" },
      { head: 2, tail: 1, label: "Theme" },
    ]);
    expect((await readCase("15-brat-layouts/a1a2/PMC-1.a2")).documents).toHaveLength(1);
  });

  test("an empty .a2, relations in .rel, coreferences in .co; a line is named with its file", async () => {
    const files = { "x.txt": "Ana met Bob.", "x.a1": "T1\tP 0 3\tAna\nT2\tP 8 11\tBob\n", "x.a2": "" };
    expect((await read(files)).documents).toMatchObject([{ entities: { length: 2 }, relations: [] }]);
    const more = { ...files, "x.rel": "R1\tmet Arg1:T1 Arg2:T2\n", "x.co": "*\tEquiv T1 T2\n" };
    expect((await read(more)).documents[0]!.relations.map(({ label }) => label)).toEqual(["Equiv", "met"]);
    await expect(read({ ...more, "x.a2": "R9\tmet Arg1:T1" })).rejects.toThrow(/x\.a2:1: .*R9 lacks/);
  });

  test("are not read where all is in one .ann, as in brat", async () => {
    const files = { "x.txt": "Ana", "x.ann": "T1\tP 0 3\tAna\n", "x.a1": "T1\tP 0 3\tAna\n", "x.a2": "" };
    expect((await read(files)).documents).toHaveLength(1);
  });
});

describe("folders", () => {
  test.each([
    ["15-brat-layouts/same-name", ["dev/doc1", "train/doc1"]],
    ["29-same-name-folders/parallel", ["en/2011-006287-50", "es/2011-006287-50"]],
    ["15-brat-layouts/same-name/dev", ["doc1"]],
  ])("%s: ids know their folder", async (name, ids) => {
    expect((await readCase(name)).documents.map(({ id }) => id)).toEqual(ids);
  });

  test("a text in another folder is named, with the way out; one that is nowhere is missed", async () => {
    const split = readCase("15-brat-layouts/split");
    await expect(split).rejects.toBeInstanceOf(MissingTextError);
    await expect(split).rejects.toThrow(
      /ann\/a\.ann: .*split\/text\/a\.txt": copy texts and annotations into one folder/,
    );
    await expect(readCase("15-brat-layouts/only-ann")).rejects.toThrow(/"a\.txt", and there is no such file beside/);
  });
});

describe("encodings and line ends", () => {
  test("CR LF, a byte-order mark in the .ann, characters of two units", async () => {
    const reading = await readCase("15-brat-layouts/windows");
    expect(spans(reading)).toEqual([["Ana", "Bob", "Rome"]]);
    expect(reading.notices).toEqual([]);
  });

  test.each([
    ["latin1", "l\\.txt", "WINDOWS-1252"],
    ["utf16", "u\\.ann", "UTF-16LE"],
  ])("%s is named", async (name, file, encoding) => {
    const failure = readCase(`15-brat-layouts/${name}`);
    await expect(failure).rejects.toBeInstanceOf(EncodingError);
    await expect(failure).rejects.toThrow(new RegExp(`${file}: not valid UTF-8 but likely ${encoding}`));
  });

  test.each([
    ["spaces", 1],
    ["dup", 2],
  ])("%s: the line is named", async (name, line) => {
    await expect(readCase(`15-brat-layouts/${name}`)).rejects.toMatchObject({ at: { line } });
  });
});
