import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { formatContract, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import { surface, type Document } from "../../corpus/document.ts";
import { DuplicateEntityError, NotXmlError, RecordError, UnknownEntityError } from "../../corpus/errors.ts";
import type { Notice } from "../../corpus/notices.ts";
import { UsageError } from "../../errors.ts";
import { readCorpus, readDocuments } from "../read.ts";
import { CorpusReading } from "../reading.ts";
import { formatSettings, type FormatSettings } from "../settings.ts";
import { probeText } from "../source/probe.ts";
import { xmi } from "./index.ts";

formatContract(xmi);

test("known by its first element", () => {
  const root = '<?xml version="1.1"?>\n<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmi:version="2.0">';
  expect(xmi.detects(probeText(root))).toBe(true);
  expect(xmi.detects(probeText('<document xmlns:xmi="http://www.omg.org/XMI">'))).toBe(false);
});

const casePath = (name: string): string =>
  fileURLToPath(new URL(`../../../test/cases/11-inception-exports/${name}`, import.meta.url));

test.each([
  ["a document", "doc.xmi", [{ id: "doc" }]],
  ["a zip of a document and its types", "doc-xmi.zip", [{ id: "klie" }]],
  [
    "a project, with a zip for each text",
    "project-xmi.zip",
    [
      { id: "a.txt", annotator: "klie" },
      { id: "b.txt", annotator: "klie" },
    ],
  ],
])("%s as INCEpTION exports it", async (_, name, expected) => {
  const { documents } = await readCorpus([casePath(name)]);
  expect(documents).toMatchObject(expected);
  for (const document of documents) {
    expect(document.entities.map((entity) => surface(document, entity))).toEqual(["Ana", "Bob"]);
    expect(document.relations).toEqual([{ head: 0, tail: 1, label: "knows" }]);
  }
});

interface Reading {
  readonly document: Document;
  readonly documents: Document[];
  readonly notices: Notice[];
}

async function readFiles(files: Record<string, string>, settings: Partial<FormatSettings> = {}): Promise<Reading> {
  const folder = mkdtempSync(join(tmpdir(), "relata-xmi-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const context = new CorpusReading({ settings: formatSettings.parse(settings) });
    const documents: Document[] = [];
    for await (const document of readDocuments(folder, context)) documents.push(document);
    return { document: documents[0]!, documents, notices: context.notices.list() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const file = (body: string): string =>
  `<?xml version="1.1" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:custom="http:///webanno/custom.ecore"
 xmlns:n="http:///uima/noNamespace.ecore" xmlns:type="http:///de/tudarmstadt/ukp/dkpro/core/api/metadata/type.ecore" xmi:version="2.0">
<cas:NULL xmi:id="0"/>${body}
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="Le colis 📦 part&#10;lundi."/></xmi:XMI>`;
const part = '<custom:Event xmi:id="2" sofa="1" begin="12" end="16" value="ACTION"/>';
const lundi = '<custom:Event xmi:id="3" sofa="1" begin="17" end="22" value="TIME"/>';

const typeSystem = (types: Record<string, Record<string, string>>, parent = "uima.tcas.Annotation"): string =>
  `<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>${Object.entries(types)
    .map(
      ([name, features]) =>
        `<typeDescription>\n<name> ${name} </name><description/><supertypeName>${parent}</supertypeName><features>${Object.entries(
          features,
        )
          .map(
            ([name, range]) =>
              `<featureDescription><name>${name}</name><rangeTypeName>${range.split("/")[0]}</rangeTypeName>` +
              `<elementType>${range.split("/")[1] ?? ""}</elementType></featureDescription>`,
          )
          .join("")}</features></typeDescription>`,
    )
    .join("")}</types></typeSystemDescription>`;

const words = ({ document }: Reading): string[] =>
  document.entities.map((entity) => `${surface(document, entity)} ${entity.type}`.trim());
const arcs = ({ document }: Reading): string[] =>
  document.relations.map(({ head, tail, label }) => `${head} ${label} ${tail}`);
const counts = ({ notices }: Reading): Record<string, number> =>
  Object.fromEntries(notices.map(({ code, count }) => [code, count]));

describe("with a type system beside it or above it", () => {
  const types = typeSystem({
    "webanno.custom.Event": { value: "uima.cas.String", rank: "uima.cas.Integer", after: "webanno.custom.Event" },
    "webanno.custom.Precedes": { first: "webanno.custom.Event", second: "webanno.custom.Event", how: "tags.How" },
    "tags.Other": {},
  }).replace(
    "</types>",
    "<typeDescription><name>tags.How</name><supertypeName>uima.cas.String</supertypeName></typeDescription></types>",
  );
  const precedes = '<custom:Precedes xmi:id="4" sofa="1" begin="17" end="22" first="2" second="3" how="2"/>';
  const fields = "relation=webanno.custom.Precedes,source=first,target=second";

  test.each(["a/TypeSystem.xml", "a/typesystem.xml", "TypeSystem.xml"])("%s says what is a reference", async (name) => {
    const reading = await readFiles({ "a/b.xmi": file(part + lundi + precedes), [name]: types }, { fields });
    expect(words(reading)).toEqual(["part ACTION", "lundi TIME"]);
    expect(arcs(reading)).toEqual(["0 2 1"]);
    expect(reading.notices).toEqual([]);
  });

  test("a broken one is reported with its own place", async () => {
    const files = { "b.xmi": file(part), "TypeSystem.xml": "<typeSystemDescription>" };
    await expect(readFiles(files)).rejects.toThrow(/TypeSystem\.xml:1: the XML cannot be read/);
    const { documents, notices } = await readFiles(files, { skipInvalid: true });
    expect(documents).toEqual([]);
    expect(notices).toMatchObject([{ code: "invalid-document", count: 1 }]);
  });
});

describe("links with roles", () => {
  const link = '<custom:EventLink xmi:id="8" role="DO_WHEN" target="3"/>';
  const host = (links: string): string => part.replace("/>", ` ${links}/>`);
  const types = {
    "webanno.custom.Event": { value: "uima.cas.String", times: "uima.cas.FSArray/webanno.custom.EventLink" },
    "webanno.custom.EventLink": { role: "uima.cas.String", target: "webanno.custom.Event" },
  };

  test.each([
    ["in the attribute, declared", host('times="8"') + link, types],
    ["in the attribute, not declared", host('times="8"') + link, undefined],
    ["in an array, declared", `${host('times="9"')}<cas:FSArray xmi:id="9" elements="8"/>${link}`, types],
    ["in an array, not declared", `${host('times="9"')}<cas:FSArray xmi:id="9" elements="8"/>${link}`, undefined],
  ])("%s", async (_, body, types) => {
    const beside = types ? { "TypeSystem.xml": typeSystem(types) } : {};
    const reading = await readFiles({ "b.xmi": file(body + lundi), ...beside });
    expect(words(reading)).toEqual(["part ACTION", "lundi TIME"]);
    expect(arcs(reading)).toEqual(["0 DO_WHEN 1"]);
    expect(reading.notices).toEqual([]);
  });
});

test("without a type system: numbers that are no ids stay texts, null is none, types without a package are read", async () => {
  const relation = '<custom:Rel xmi:id="5" sofa="1" begin="17" end="22" Governor="2" Dependent="3" label="3"/>';
  const nothing = '<custom:Rel xmi:id="6" sofa="1" begin="17" end="22" Governor="2" Dependent="0" label="A"/>';
  const bare = '<n:Mark xmi:id="7" sofa="1" begin="3" end="8" value="2"/>';
  const reading = await readFiles(
    { "b.xmi": file(part + lundi + relation + nothing + bare) },
    { fields: "entity=webanno.custom.Event|Mark" },
  );
  expect(words(reading)).toEqual(["part ACTION", "lundi TIME", "colis 2"]);
  expect(arcs(reading)).toEqual(["0 3 1"]);
  expect(counts(reading)).toEqual({ "unfilled-relation": 1, "pooled-layers": 1, "unread-features": 1 });
});

test("what is in the index of the view, in which no view means all; metadata and empty annotations break nothing", async () => {
  const metadata =
    '<type:DocumentMetaData xmi:id="10" sofa="1" begin="0" end="0" documentTitle="mail.txt" documentId="admin"/>';
  const about = '<custom:About xmi:id="11" author="Ana"/>';
  const empty = '<custom:Event xmi:id="12" sofa="1" begin="3" end="3" value="X"/>';
  const deleted = '<custom:Event xmi:id="13" sofa="1" begin="3" end="8" value="X"/>';
  const body = part + lundi + metadata + about + empty + deleted;
  const reading = await readFiles({ "b.xmi": file(`${body}<cas:View sofa="1" members="2 3 10 12"/>`) });
  expect(reading.document.id).toBe("mail.txt");
  expect(words(reading)).toEqual(["part ACTION", "lundi TIME"]);
  expect(counts(reading)).toEqual({ "empty-annotation": 1, "not-indexed": 1 });
  expect((await readFiles({ "b.xmi": file(body) })).document.entities).toHaveLength(3);
});

test("copies by annotators, and the text before any", async () => {
  const files = {
    "annotation/mail 1.txt/ana.xmi": file(part),
    "annotation/mail 1.txt/INITIAL_CAS.xmi": file(""),
    "annotation/mail 2.txt/bob.xmi": file(part + lundi),
  };
  const { documents, notices } = await readFiles(files);
  expect(documents).toMatchObject([
    { id: "mail 1.txt", annotator: "ana" },
    { id: "mail 2.txt", annotator: "bob" },
  ]);
  expect(notices).toMatchObject([{ code: "initial-copy", count: 1 }]);
});

test.each([
  ["cut short", file(part).slice(0, -20), NotXmlError, /b\.xmi:\d+: the XML cannot be read: unclosed tag/],
  [
    "an id that is no number",
    file('<custom:Event xmi:id="x"/>'),
    RecordError,
    /number as xmi:id of webanno.custom.Event/,
  ],
  ["no text", file("").replace(/sofaString="[^"]*"/, ""), RecordError, /the sofaString of a uima.cas.Sofa/],
  ["an id twice", file(part + part), DuplicateEntityError, /two entities have the id 2/],
  [
    "an unknown id",
    file(`${part}<custom:R xmi:id="4" sofa="1" begin="1" end="2" Governor="2" Dependent="9" label="A"/>`),
    UnknownEntityError,
    /relation "A" cites entity/,
  ],
])("%s is refused, or with --skip-invalid counted", async (_, content, error, message) => {
  const types = typeSystem({
    "webanno.custom.R": { Governor: "webanno.custom.Event", Dependent: "webanno.custom.Event" },
  });
  const files = { "b.xmi": content, "TypeSystem.xml": types };
  await expect(readFiles(files)).rejects.toBeInstanceOf(error);
  await expect(readFiles(files)).rejects.toThrow(message);
  const { documents, notices } = await readFiles(files, { skipInvalid: true });
  expect(documents).toEqual([]);
  expect(notices).toMatchObject([{ code: "invalid-document", count: 1 }]);
});

describe("written", () => {
  const document: Document = {
    id: "été/1",
    text: 'Le\t"colis" 📦 <part>\r\nlundi & \u0085\u2028fin.',
    entities: [
      { start: 0, end: 2, type: "A&B" },
      { start: 14, end: 20, type: "" },
    ],
    relations: [{ head: 0, tail: 1, label: "<>" }],
  };

  test("the text to the letter, in XML 1.0; in 1.1 only where a text asks for it", async () => {
    const control = { ...document, id: "b", text: `${document.text}\u0001` };
    await withWritten([document, control], xmi, async (folder) => {
      const content = readFileSync(`${folder}/%C3%A9t%C3%A9%2F1.xmi`, "utf8");
      expect(content).toContain('<?xml version="1.0" encoding="UTF-8"?>');
      expect(content).toContain('<custom:Entity xmi:id="4" sofa="1" begin="14" end="20"/>');
      expect(readFileSync(`${folder}/b.xmi`, "utf8")).toContain('<?xml version="1.1"');
      expect(readFileSync(`${folder}/TypeSystem.xml`, "utf8")).toContain("<name>custom.Relation</name>");
      expect(await readBack(folder)).toMatchObject([document, control]);
    });
  });

  test("what no XML holds becomes U+FFFD, and is counted", async () => {
    const context = writeContext();
    await withWritten(
      [{ ...document, text: "a\u0000b\ud800c\ufffed", entities: [], relations: [] }],
      xmi,
      async (folder) => expect((await readBack(folder))[0]?.text).toBe("a\ufffdb\ufffdc\ufffdd"),
      context,
    );
    expect(context.notices.list()).toMatchObject([{ code: "xml-character", count: 3, lost: { other: 3 } }]);
  });

  test("with the names of a project's own layers; what cannot be a name in UIMA is an error of usage", async () => {
    const fields = "entity=webanno.custom.Mark|x,type=kind,relation=webanno.custom2.Arc,source=from,target=to,label=is";
    await withWritten(
      [document],
      xmi,
      async (folder) => {
        const content = readFileSync(`${folder}/%C3%A9t%C3%A9%2F1.xmi`, "utf8");
        expect(content).toContain('xmlns:custom2="http:///webanno/custom2.ecore"');
        expect(content).toContain(
          '<custom2:Arc xmi:id="5" sofa="1" begin="14" end="20" from="3" to="4" is="&lt;&gt;"/>',
        );
        expect(await readBack(folder, { fields })).toMatchObject([document]);
      },
      writeContext({ fields }),
    );
    const write = (fields: string): Promise<void> =>
      withWritten([document], xmi, async () => {}, writeContext({ fields }));
    await expect(write('entity=a"b')).rejects.toBeInstanceOf(UsageError);
    await expect(write("label=a b")).rejects.toThrow('label="a b" is not the name of a feature');
  });
});

test("the examples are what the writer makes of them", async () => {
  const examples = fileURLToPath(new URL("../../../examples/formats/xmi", import.meta.url));
  const documents = await readBack(examples);
  expect(documents).toHaveLength(10);
  await withWritten(documents, xmi, async (written) => {
    for (const name of ["TypeSystem.xml", ...documents.map(({ id }) => `${id}.xmi`)]) {
      expect(readFileSync(`${examples}/${name}`, "utf8")).toBe(readFileSync(`${written}/${name}`, "utf8"));
    }
  });
});
