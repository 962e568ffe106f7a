import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { formatContract, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import { surface, type Document } from "../../corpus/document.ts";
import { DuplicateEntityError, NotXmlError, RecordError, UnknownEntityError } from "../../corpus/errors.ts";
import type { Notice } from "../../corpus/notices.ts";
import { readDocuments } from "../read.ts";
import { CorpusReading } from "../reading.ts";
import { formatSettings, type FormatSettings } from "../settings.ts";
import { probeText } from "../source/probe.ts";
import { ddi } from "./index.ts";

formatContract(ddi);

test("known by its root and a sentence with a text", () => {
  const sentence = '<sentence id="d0.s0" text="a">';
  expect(ddi.detects(probeText(`<?xml version="1.0" encoding="UTF-8"?><document id="d0">\n${sentence}`))).toBe(true);
  expect(ddi.detects(probeText(`<corpus source="AIMed"><document>${sentence}`))).toBe(true);
  expect(ddi.detects(probeText(`<doc>${sentence}`))).toBe(false);
  expect(ddi.detects(probeText("<document><sentence>a</sentence></document>"))).toBe(false);
});

interface Reading {
  readonly documents: Document[];
  readonly notices: Notice[];
  readonly symmetric: string[];
}

async function read(content: string, settings: Partial<FormatSettings> = {}): Promise<Reading> {
  const folder = mkdtempSync(join(tmpdir(), "relata-ddi-"));
  try {
    writeFileSync(join(folder, "a.xml"), content);
    const context = new CorpusReading({ settings: formatSettings.parse(settings) });
    const documents: Document[] = [];
    for await (const document of readDocuments(join(folder, "a.xml"), context)) documents.push(document);
    return { documents, notices: context.notices.list(), symmetric: [...context.symmetricLabels] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const words = (document: Document | undefined): string[] =>
  document!.entities.map((entity) => `${surface(document!, entity)} ${entity.type}`.trim());

const corpus = `<?xml version="1.0" encoding="UTF-8"?>
<document id="D.d1">
  <sentence id="D.d1.s0" text="📦 Aspirin &amp; oral or nasal steroids &lt; warfarin.">
    <entity id="D.d1.s0.e0" charOffset="3-9" type="drug" text="Aspirin"/>
    <entity id="D.d1.s0.e1" charOffset="13-16;27-34" type="group" text="oral steroids"/>
    <entity id="D.d1.s0.e2" charOffset="38-45" type="brand" text="warfarin"/>
    <pair id="D.d1.s0.p0" e1="D.d1.s0.e0" e2="D.d1.s0.e1" ddi="false"/>
    <pair id="D.d1.s0.p1" e1="D.d1.s0.e0" e2="D.d1.s0.e2" ddi="true" type="mechanism"/>
    <pair id="D.d1.s0.p2" e1="D.d1.s0.e1" e2="D.d1.s0.e2" ddi="true"/>
  </sentence>
  <sentence id="D.d1.s1" text="None here."/>
</document>`;

describe("the DDI corpus", () => {
  test("a document for each sentence; ends include the last character; pairs without an interaction are none", async () => {
    const { documents, notices, symmetric } = await read(corpus);
    expect(documents).toMatchObject([
      {
        id: "D.d1.s0",
        metadata: { document: "D.d1" },
        relations: [
          { head: 0, tail: 2, label: "mechanism" },
          { head: 1, tail: 2, label: "int" },
        ],
      },
      { id: "D.d1.s1", entities: [] },
    ]);
    expect(words(documents[0])).toEqual(["Aspirin drug", "oral or nasal steroids group", "warfarin brand"]);
    expect(notices.map(({ code, count }) => [code, count])).toEqual([
      ["discontinuous-span", 1],
      ["untyped-pair", 1],
    ]);
    expect(symmetric.sort()).toEqual(["int", "mechanism"]);
  });

  test("spans in several pieces: the first of them, or none", async () => {
    expect(words((await read(corpus, { discontinuous: "first" })).documents[0])[1]).toBe("oral group");
    const { documents, notices } = await read(corpus, { discontinuous: "skip" });
    expect(words(documents[0])).toEqual(["Aspirin drug", "warfarin brand"]);
    expect(documents[0]?.relations).toEqual([{ head: 0, tail: 1, label: "mechanism" }]);
    expect(notices.find(({ code }) => code === "relation-of-skipped")?.lost).toMatchObject({ relations: 1 });
  });
});

test("corpora of the same shape: ends after the last character, interactions as elements, sentences without ids", async () => {
  const { documents, notices } = await read(`<corpus source="P"><document id="P.d0">
    <sentence text="MEK binds ERK"><entity id="a" charOffset="0-3" text="MEK" type="protein"/><entity id="b" charOffset="10-13" text="ERK"/>
    <interaction e1="b" e2="a" type="Binding"/><pair e1="a" e2="b" interaction="True"/><pair e1="a" e2="b" interaction="False"/></sentence>
    <sentence text="ERK"/></document></corpus>`);
  expect(documents.map(({ id }) => id)).toEqual(["P.d0.s0", "P.d0.s1"]);
  expect(words(documents[0])).toEqual(["MEK protein", "ERK"]);
  expect(documents[0]?.relations).toEqual([
    { head: 1, tail: 0, label: "Binding" },
    { head: 0, tail: 1, label: "int" },
  ]);
  expect(notices.map(({ code }) => code).sort()).toEqual(["exclusive-ends", "untyped-pair"]);
});

const one = (body: string): string => `<document><sentence id="s" text="Ana met Bob">${body}</sentence></document>`;
const entity = '<entity id="a" charOffset="0-2" text="Ana"/>';

test.each([
  [
    "an offset that is none",
    one('<entity id="a" charOffset="0..2"/>'),
    RecordError,
    /a.xml:1: expected an entity with charOffset/,
  ],
  ["an id twice", one(entity + entity), DuplicateEntityError, /two entities have the id "a"/],
  ["a pair of none", one(`${entity}<pair e1="a" e2="b" ddi="true" type="x"/>`), UnknownEntityError, /cites entity "b"/],
  [
    "a pair that says nothing",
    one(`${entity}<pair e1="a" e2="a" ddi="maybe"/>`),
    RecordError,
    /ddi="true" or ddi="false"/,
  ],
])("%s is refused, or with --skip-invalid counted, the other sentences kept", async (_, content, error, message) => {
  const whole = content.replace("</document>", '<sentence id="t" text="fine"/></document>');
  await expect(read(whole)).rejects.toBeInstanceOf(error);
  await expect(read(whole)).rejects.toThrow(message);
  const { documents, notices } = await read(whole, { skipInvalid: true });
  expect(documents.map(({ id }) => id)).toEqual(["t"]);
  expect(notices).toMatchObject([{ code: "invalid-document", count: 1 }]);
});

test("of a file that is cut short, what stands before is read", async () => {
  const cut = corpus.slice(0, corpus.indexOf("None"));
  await expect(read(cut)).rejects.toBeInstanceOf(NotXmlError);
  expect((await read(cut, { skipInvalid: true })).documents.map(({ id }) => id)).toEqual(["D.d1.s0"]);
});

describe("written", () => {
  const entities = Array.from({ length: 401 }, (_, i) => ({ start: i, end: i + 1, type: "A" }));

  test("every pair says whether it interacts; ids and texts are escaped", async () => {
    const document: Document = {
      id: 'a"1',
      text: "a\u0001 <b>",
      entities: [
        { start: 0, end: 1, type: "" },
        { start: 3, end: 6, type: "B" },
        { start: 4, end: 5, type: "C" },
      ],
      relations: [{ head: 2, tail: 0, label: "x&y" }],
    };
    const context = writeContext();
    await withWritten(
      [document],
      ddi,
      async (path) => {
        const content = readFileSync(path, "utf8");
        expect(content.match(/ddi="(?:true" type="[^"]*"|false")/g)).toEqual([
          'ddi="true" type="x&amp;y"',
          'ddi="false"',
          'ddi="false"',
        ]);
        expect(await readBack(path)).toMatchObject([{ ...document, text: "a\ufffd <b>" }]);
      },
      context,
    );
    expect(context.notices.list()).toMatchObject([{ code: "xml-character", count: 1 }]);
  });

  test("of very many entities only related pairs", async () => {
    const document = { id: "d", text: "x".repeat(401), entities, relations: [{ head: 400, tail: 0, label: "A" }] };
    const context = writeContext();
    await withWritten(
      [document],
      ddi,
      async (path) => expect(readFileSync(path, "utf8").match(/<pair/g)).toHaveLength(1),
      context,
    );
    expect(context.notices.list()).toMatchObject([{ code: "ddi-many-pairs", count: 1 }]);
  });
});

test("the example is what the writer makes of it", async () => {
  const example = fileURLToPath(new URL("../../../examples/formats/ddi.xml", import.meta.url));
  const documents = await readBack(example);
  expect(documents).toHaveLength(10);
  await withWritten(documents, ddi, async (path) =>
    expect(readFileSync(path, "utf8")).toBe(readFileSync(example, "utf8")),
  );
});
