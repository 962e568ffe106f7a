import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { formatContract, writeContext } from "../../../test/fixtures/format-contract.ts";
import { surface, type Document } from "../../corpus/document.ts";
import { KeyError, RecordError, ReversedSpanError, UnknownEntityError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { CorpusReading } from "../reading.ts";
import { formatSettings } from "../settings.ts";
import { SourceFile } from "../source/source-file.ts";
import { retokenize } from "../tokens.ts";
import { writeDocuments } from "../write.ts";
import { docred } from "./index.ts";

formatContract(docred, { expected: retokenize });

const read = (documents: unknown, options?: ReadOptions): Promise<Corpus> =>
  withFile(JSON.stringify(documents), (path) => readCorpus([path], options));

const record = {
  title: "d1",
  sents: [
    ["Bonjour", "."],
    ["Le", "colis", "📦", "part", "lundi", "matin", "."],
    ["Il", "part", "tôt", "."],
  ],
  vertexSet: [
    [
      { name: "Il", sent_id: 2, pos: [0, 1], type: "PRONOUN" },
      { name: "colis📦", sent_id: 1, pos: [1, 3], type: "OBJECT", global_pos: [3, 5], index: "0_1" },
    ],
    [{ name: "part", sent_id: 1, pos: [3, 4], type: "ACTION" }],
    [
      { name: "Lundi matin", sent_id: 1, pos: [4, 6], type: "TIME" },
      { name: "tôt", sent_id: 2, pos: [2, 3], type: "TIME" },
    ],
  ],
  labels: [
    { h: 1, t: 2, r: "P585", evidence: [1] },
    { h: 0, t: 1, r: "P710", evidence: [1, 2] },
    { h: 0, t: 1, r: "P0", evidence: [] },
  ],
};

describe("reading", () => {
  test("an entity is its first mention in the text; pos counts in the sentence, end exclusive", async () => {
    const { documents, notices, sources } = await read([record]);
    const [document] = documents;
    expect(document).toMatchObject({
      id: "d1",
      text: "Bonjour . Le colis 📦 part lundi matin . Il part tôt .",
      relations: [
        { head: 1, tail: 2, label: "P585" },
        { head: 0, tail: 1, label: "P710" },
        { head: 0, tail: 1, label: "P0" },
      ],
    });
    expect(document!.entities.map((entity) => `${surface(document!, entity)}/${entity.type}`)).toEqual([
      "colis 📦/OBJECT",
      "part/ACTION",
      "lundi matin/TIME",
    ]);
    expect(sources).toMatchObject([{ formats: ["docred"] }]);
    expect(notices).toMatchObject(
      [
        { code: "unread-key", count: 1 },
        { code: "later-mentions", count: 2, total: 5 },
        { code: "surface-mismatch", count: 1, total: 3, locations: [{ detail: /recorded as "Lundi matin"/ }] },
      ].map((notice) => ({ ...notice, locations: expect.any(Array) as unknown })),
    );
    expect(notices[0]!.locations[0]!.detail).toBe("labels[].evidence");
    expect(notices[2]!.locations[0]!.detail).toContain('recorded as "Lundi matin"');
  });

  test("documents of the test split, which have no labels, are reported", async () => {
    const { labels: _, ...bare } = record;
    const { documents, notices } = await read([bare, { ...record, title: "d2", labels: [] }]);
    expect(documents.map(({ relations }) => relations.length)).toEqual([0, 0]);
    expect(notices).toContainEqual(expect.objectContaining({ code: "no-relations", count: 1 }));
  });

  const mention = record.vertexSet[1]![0]!;
  test.each([
    ["an end behind its sentence", { vertexSet: [[{ ...mention, pos: [5, 8] }]] }, RecordError, "within the 7 tokens"],
    ["a place in the document", { vertexSet: [[{ ...mention, pos: [12, 13] }]] }, RecordError, "found [12, 13]"],
    ["no such sentence", { vertexSet: [[{ ...mention, sent_id: 3 }]] }, RecordError, "sent_id from 0 to 2, found 3"],
    ["an end before the beginning", { vertexSet: [[{ ...mention, pos: [4, 3] }]] }, ReversedSpanError, "ends before"],
    ["an entity without mention", { vertexSet: [[]] }, KeyError, "key vertexSet[0]"],
    ["an unknown entity", { labels: [{ h: 0, t: 3, r: "P1" }] }, UnknownEntityError, "cites entity 3"],
    ["no title", { title: "" }, KeyError, "key title"],
  ])("%s", async (_, change, error, message) => {
    const bad = [record, { ...record, title: "bad", labels: [], ...change }];
    await expect(read(bad)).rejects.toBeInstanceOf(error);
    await expect(read(bad)).rejects.toThrow(message);
    const { documents } = await read(bad, { skipInvalid: true });
    expect(documents.map(({ id }) => id)).toEqual(["d1"]);
  });
});

test("rel_info.json beside the data names the relations", async () => {
  const open = async function* (value: unknown): AsyncGenerator<Buffer> {
    yield Buffer.from(JSON.stringify(value));
  };
  const info = { P585: "point in time", P710: "participant" };
  const file = await SourceFile.open("data/dev.json", {
    chunks: open([record]),
    sibling: async (name) =>
      name === "rel_info.json" ? SourceFile.open(`data/${name}`, { chunks: open(info) }) : undefined,
  });
  const labels: string[] = [];
  for await (const { relations } of docred.read(file, new CorpusReading({ settings: formatSettings.parse({}) }))) {
    labels.push(...relations.map(({ label }) => label));
  }
  expect(labels).toEqual(["point in time", "participant", "P0"]);
});

test("each entity is written as one set with one mention, in the words of its sentence", async () => {
  const document: Document = {
    id: "d1",
    text: "Le colis part.\nIl arrive mardi.",
    entities: [
      { start: 3, end: 8, type: "OBJECT" },
      { start: 18, end: 30, type: "" },
    ],
    relations: [{ head: 0, tail: 1, label: "DO_WHEN" }],
  };
  let written = "";
  for await (const { text } of writeDocuments([document], docred.writer!, writeContext())) written += text;
  expect(JSON.parse(written)).toEqual([
    {
      title: "d1",
      sents: [
        ["Le", "colis", "part", "."],
        ["Il", "arrive", "mardi", "."],
      ],
      vertexSet: [
        [{ name: "colis", sent_id: 0, pos: [1, 2], type: "OBJECT" }],
        [{ name: "arrive mardi", sent_id: 1, pos: [1, 3], type: "" }],
      ],
      labels: [{ h: 0, t: 1, r: "DO_WHEN", evidence: [] }],
    },
  ]);
});
