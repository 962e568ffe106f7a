import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { detectFormat } from "../registry.ts";
import { probeBytes } from "../source/probe.ts";
import { findStranger, strangers } from "./registry.ts";

const json = JSON.stringify;
const words = "Ana\tAna\tPROPN\tNNP\t_\t2\tnsubj\t_\t_\n";

/** By the beginning of a stranger's name, files of it: path and content. */
const files: [name: string, content: string | Buffer, path?: string][] = [
  ["a DocBin", Buffer.from([0x78, 0x9c, 0xab, 0x56])],
  ["a zip within two others", Buffer.from("PK\u0003\u0004\u0014\u0000")],
  ["a tar archive", `a.ann${"\0".repeat(252)}ustar\u000000`],
  ["an archive packed", "BZh91AY&SY"],
  ["an archive packed", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0])],
  ["a Parquet", "PAR1\u0015\u0000"],
  ["an Arrow", "ARROW1\u0000\u0000"],
  ["a pickle", Buffer.from([0x80, 0x04, 0x95, 0x10])],
  ["a PDF", "%PDF-1.7\n"],
  ["a database of SQLite", "SQLite format 3\0"],
  ["an image", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a])],
  ["the type system", '<?xml version="1.0"?><typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">'],
  ["WebAnno TSV 1 or 2", "#FORMAT=WebAnno TSV 2.0\n#T_SP=webanno.custom.X|value\n"],
  ["the settings of an INCEpTION project", '{"name": "p", "layers": []}', "x.zip/exportedproject123.json"],
  ["BioC XML", '<?xml version="1.0"?><!DOCTYPE collection SYSTEM "BioC.dtd"><collection><source>PubMed</source>'],
  ["BioC XML", "<collection><source/><document><id>1</id><passage><offset>0</offset>"],
  [
    "the annotations of an ACE corpus",
    '<?xml version="1.0"?>\n<!DOCTYPE source_file SYSTEM "apf.v5.1.1.dtd">\n<source_file URI="a.sgm">',
  ],
  ["a document of GATE in XML", "<?xml version='1.0'?>\n<!DOCTYPE GateDocument [ <!ENTITY a 'b'> ]>\n<GateDocument>"],
  ["TEI XML", '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/>'],
  ["a web page", "<!DOCTYPE html>\n<html lang='en'><head>"],
  ["PubTator", "10192393|t|A common polymorphism\n10192393|a|Text.\n10192393\t0\t8\ta\tGene\t1\n"],
  ["a table of the ChemProt", "11319232\tT1\tCHEMICAL\t242\t251\tacyl-CoAs\n"],
  ["a table of the ChemProt", "12488248\tINHIBITOR\tArg1:T1\tArg2:T52\n"],
  ["an annotation file of i2b2", 'c="chest pain" 14:2 14:3||t="problem"\n'],
  ["brat's standoff annotations", "T1\tProtein 0 4\tp53x\nT2\tProtein 9 12\tp21\n", "PMID-1.standoff"],
  ["Label Studio's export CoNLL2003", "-DOCSTART- -X- O\nVolt -X- _ B-Name\n"],
  [
    "Label Studio's export CSV",
    'text,id,label,annotator,annotation_id,created_at,updated_at,lead_time\nx,1,"[]",1,1,a,b,2\n',
    "p.csv",
  ],
  ["Label Studio's export CSV", "annotation_id\tannotator\tlead_time\tsentence\n1\t1\t2\tx\n", "p.tsv"],
  ["CoNLL-U Plus, words", "# global.columns = ID FORM\n1\ta\n"],
  ["CoNLL-U, words", `# text = Ana\n1\t${words}`],
  ["objects as Python prints", "[{'text': 'a', 'entities': []}]"],
  ["a document of GATE as bdocjs", json({ annotation_sets: {}, text: "x", features: {} })],
  [
    "REBEL",
    json({
      docid: 1,
      text: "x",
      entities: [{ uri: "Q1", boundaries: [0, 1] }],
      triples: [{ subject: {}, predicate: {}, object: {} }],
    }),
  ],
  ["words with a tag for each", json([{ tokens: ["Ann", "left"], ner_tags: [1, 0] }])],
  ["words with a tag for each", json({ id: "0", words: ["Ann"], labels: ["B-PER"] })],
  ["training data of GLiNER", json([{ tokenized_text: ["a"], ner: [[0, 0, "x"]] }])],
  ["training data of GLiREL", json({ tokenized_text: ["a"], ner: [[0, 0, "x"]], relations: [] })],
  ["data of TPLinker", json([{ text: "x", relation_list: [], entity_list: [] }])],
  ["the distantly supervised NYT", json({ sentText: "x", relationMentions: [], entityMentions: [] })],
  ["texts with a list of triples in the shape of CasRel", json([{ text: "x", triple_list: [["a", "r", "b"]] }])],
  ["texts with a list of triples in the shape of DuIE", json({ text: "x", spo_list: [] })],
  ["annotations of tagtog", json({ annotatable: { parts: ["s1v1"] }, anncomplete: true, entities: [], relations: [] })],
  ["an export of LightTag", json({ examples: [{ content: "x", annotations: [] }] })],
  ["pairs of named entities", json({ sentence: "Ana met Bob.", head: "Ana", tail: "Bob", relation: "met" })],
  ["instructions", json({ instruction: "Find relations", input: "x", output: "y" })],
  ["instructions", json({ messages: [{ role: "user", content: "x" }] })],
  ["training data of spaCy 2, a list", json([["Ana met Bob.", { entities: [[0, 3, "PER"]] }]])],
  [
    "training data of spaCy 2, a list",
    json({ classes: ["PER"], annotations: [["Ana met Bob.", { entities: [[0, 3, "PER"]] }]] }),
  ],
  ["training data of spaCy 2 in JSON", json([{ id: 0, paragraphs: [{ raw: "x", sentences: [] }] }])],
  ["questions and answers", json({ version: "1", data: [{ title: "x", paragraphs: [] }] })],
  ["the items of an Annotto project", json({ uuid: "1", data: { text: "x" }, datatype: "text" })],
  ["the predictions file of an Annotto project", json({ uuid: "1", annotations: { NER: {} } })],
  [
    "Label Studio's export JSON_MIN",
    json([{ id: 1, text: "Volt left.", label: [{ start: 0, end: 4, text: "Volt", labels: ["Name"] }] }]),
  ],
  [
    "Label Studio's export JSON_MIN",
    json([{ text: "x", id: 1, label: [], annotator: 1, annotation_id: 1, lead_time: 2 }]),
  ],
  ["tasks of Label Studio", json([{ data: { text: "x" } }])],
  [
    "an export of doccano",
    '{"id": 1, "data": "x", "label": ["entities"]}\n{"id": 2, "data": "y", "label": ["relations"]}\n',
  ],
  ["an export of texts with labels", json({ id: 1, text: "x", label: ["good", "old"] })],
  ["the config.json of a model", json({ architectures: ["LukeModel"], hidden_size: 8 })],
  ["a JSON schema", json({ $schema: "https://json-schema.org/draft/2020-12/schema", properties: {} })],
  [
    "the types file of SpERT",
    json({ entities: { Peop: { short: "Peop" } }, relations: { Work_For: { symmetric: false } } }),
  ],
  ["names of relations", json({ P1: "x" }), "data/rel_info.json"],
];

test.each(files.map(([name, content, path]) => ({ name, content, path })))(
  "$name: $content",
  ({ name, content, path }) => {
    const probe = probeBytes(typeof content === "string" ? Buffer.from(content) : content, path ?? "x");
    expect(detectFormat(probe)?.name).toBeUndefined();
    expect((findStranger(probe)?.name ?? "").startsWith(name), findStranger(probe)?.name).toBe(true);
  },
);

test("every stranger is tried, and its texts read on in the message", () => {
  for (const { name, advice } of strangers) {
    expect(
      files.some(([start]) => name.startsWith(start)),
      name,
    ).toBe(true);
    expect(name).not.toMatch(/\.$/);
    expect(advice).toMatch(/^[A-Z].*\.$/s);
  }
  expect(files.filter(([start]) => strangers.filter(({ name }) => name.startsWith(start)).length !== 1)).toEqual([]);
});

describe("what is none", () => {
  test.each([
    ["prose", "Ana met Bob. O that it were so!\nB-movies are fun.\n"],
    ["one column of tags", "O\nO\nB-PER\n"],
    ["Markdown", "# Data\n\nA list:\n\n- one\n- two\n"],
    ["a program", "import json\nfor line in open('x'):\n    print(line)\n"],
    ["a table", "id,name\n1,Ana\n2,Bob\n"],
    ["text that begins with x^", "x^2 + y^2 = 1"],
    ["packed bytes of no kind", gzipSync("x")],
    ["an object", '{"a": {"b": 1}}'],
    ["nothing but a comment in XML", "<!-- ".repeat(5000)],
  ])("%s", (_, content) =>
    expect(
      findStranger(probeBytes(typeof content === "string" ? Buffer.from(content) : content, "x"))?.name,
    ).toBeUndefined(),
  );
});
