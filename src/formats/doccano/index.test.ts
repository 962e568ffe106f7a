import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { facts, formatContract, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import {
  DuplicateDocumentError,
  DuplicateEntityError,
  KeyError,
  RecordError,
  SpanOutsideTextError,
  UnknownEntityError,
} from "../../corpus/errors.ts";
import type { Document } from "../../corpus/document.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { doccano } from "./index.ts";

formatContract(doccano);

test("the example holds the documents of relata's, as the writer writes them", async () => {
  const example = (name: string): string =>
    fileURLToPath(new URL(`../../../examples/formats/${name}`, import.meta.url));
  const documents = await readBack(example("relata.jsonl"));
  expect((await readBack(example("doccano.jsonl"))).map(facts)).toEqual(documents.map(facts));
  await withWritten(documents, doccano, async (path) => {
    expect(readFileSync(path, "utf8")).toBe(readFileSync(example("doccano.jsonl"), "utf8"));
  });
});

const read = (content: string, options?: ReadOptions): Promise<Corpus> =>
  withFile(content, (path) => readCorpus([path], options));
const lines = (...examples: readonly unknown[]): string => examples.map((line) => JSON.stringify(line)).join("\n");

const text = "Le colis 📦 part lundi.";
const part = { id: 101, label: "ACTION", start_offset: 11, end_offset: 15 };
const lundi = { id: 102, label: "TIME", start_offset: 16, end_offset: 21 };
const doWhen = { id: 55, from_id: 101, to_id: 102, type: "DO_WHEN" };
const example = { id: 7, text, entities: [part, lundi], relations: [doWhen], Comments: [] };

test("an export: ids of doccano's own, code points, keys beside them as metadata, comments never read", async () => {
  const said = { ...example, source: "mail", urgent: true, Comments: [{ id: 1, comment: "unsure, ask Anna" }] };
  const { documents, notices } = await read(lines(said));
  const { source, ...document } = documents[0]!;
  expect(document).toEqual({
    id: "7",
    text,
    entities: [
      { start: 12, end: 16, type: "ACTION" },
      { start: 17, end: 22, type: "TIME" },
    ],
    relations: [{ head: 0, tail: 1, label: "DO_WHEN" }],
    metadata: { source: "mail", urgent: true },
  });
  expect(source?.line).toBe(1);
  expect(JSON.stringify(documents)).not.toContain("Anna");
  expect(notices).toEqual([]);
});

test("a project that counts graphemes as one character", async () => {
  const family = "👩‍👩‍👧\r\npart lundi";
  const entities = [
    { ...part, start_offset: 2, end_offset: 6 },
    { ...lundi, start_offset: 7, end_offset: 12 },
  ];
  const content = lines({ ...example, text: family, entities });
  const surfaces = async (options: ReadOptions): Promise<string[]> => {
    const { documents } = await read(content, options);
    return documents.flatMap(({ text, entities }) => entities.map(({ start, end }) => text.slice(start, end)));
  };
  expect(await surfaces({ offsetUnit: "grapheme" })).toEqual(["part", "lundi"]);
  expect(await surfaces({})).not.toContain("part");
});

test("entities as lists, of a project without relations too", async () => {
  const { documents } = await read(
    lines(
      {
        text,
        label: [
          [11, 15, "ACTION"],
          [16, 21, "TIME"],
        ],
      },
      { text, entities: [[11, 15, "ACTION"], lundi] },
    ),
  );
  expect(documents.map(({ id, entities }) => [id, entities])).toEqual(
    ["annotations-1", "annotations-2"].map((id) => [
      id,
      [
        { start: 12, end: 16, type: "ACTION" },
        { start: 17, end: 22, type: "TIME" },
      ],
    ]),
  );
});

test("several relations on a pair, repeated or not, and slashes as pandas escapes them", async () => {
  const relations = ["DO_WHEN", "DO_WHEN", "NEAR/AT"].map((type) => ({ ...doWhen, type }));
  const { documents } = await read(lines({ ...example, relations }).replaceAll("/", "\\/"));
  expect(documents[0]!.relations.map(({ label }) => label)).toEqual(["DO_WHEN", "DO_WHEN", "NEAR/AT"]);
});

test("a file of each member: the first annotation of a text is kept where the others may be skipped", async () => {
  const content = lines(example, { ...example, entities: [lundi, part], Comments: [] });
  await expect(read(content)).rejects.toBeInstanceOf(DuplicateDocumentError);
  const { documents, notices } = await read(content, { skipInvalid: true });
  expect(documents.map(({ entities }) => entities[0]!.type)).toEqual(["ACTION"]);
  expect(notices).toMatchObject([{ code: "duplicate-document", count: 1, total: 2 }]);
});

const caseFile = (name: string): string => fileURLToPath(new URL(`../../../test/cases/${name}`, import.meta.url));

describe("exports of other versions", () => {
  const metBob = { text: "Ana met Bob.", entities: ["Ana/PER", "Bob/PER"] };
  const hired = { text: "Acme hired Rosa Lind.", entities: ["Acme/ORG", "Rosa Lind/PER"] };
  test.each([
    ["04-doccano-data-key/a.jsonl", { ...hired, relations: ["hired"], codes: [] }],
    ["04-doccano-data-key/c.jsonl", { ...hired, relations: [], codes: [] }],
    ["36-doccano-old/labels.jsonl", { ...metBob, relations: [], codes: [] }],
    ["36-doccano-old/spans.jsonl", { ...metBob, relations: ["met"], codes: [] }],
    ["36-doccano-old/label-and-entities.jsonl", { ...metBob, relations: ["met"], codes: ["entity-twice"] }],
    [
      "36-doccano-old/annotations.jsonl",
      { ...metBob, entities: ["Ana/4", "Bob/4"], relations: [], codes: ["numbered-label"] },
    ],
    ["17-ids/doccano-big.jsonl", { ...metBob, relations: ["met"], codes: ["long-integer"] }],
  ])("%s", async (name, expected) => {
    const { documents, notices, sources } = await readCorpus([caseFile(name)]);
    const [{ text, entities, relations }] = documents as [Document];
    expect({
      text,
      entities: entities.map(({ start, end, type }) => `${text.slice(start, end)}/${type}`),
      relations: relations.map(({ label }) => label),
      codes: notices.map(({ code }) => code).filter((code) => code !== "no-entities"),
    }).toEqual(expected);
    expect(sources).toMatchObject([{ formats: ["doccano"] }]);
    expect(JSON.stringify(documents)).not.toContain("admin");
  });

  test("annotations that a version left out are named as its fault", async () => {
    const failure = readCorpus([caseFile("04-doccano-data-key/b.jsonl")], { format: "doccano" });
    await expect(failure).rejects.toThrow("versions 1.5 and 1.6 of doccano exported a project for relations so");
  });

  test("ids beyond 2^53 are reported apart, and stand where they stood", async () => {
    const { documents } = await readCorpus([caseFile("17-ids/doccano-big.jsonl")]);
    expect(documents[0]).toMatchObject({ id: "9007199254740993", relations: [{ head: 0, tail: 1 }] });
    const ids = await readBack(caseFile("17-ids/ids.jsonl"));
    expect(ids.map(({ id }) => id)).toEqual(["9007199254740993", "9007199254740992"]);
    const { documents: kept } = await read(
      lines(example).replace('"Comments"', '"tweet":1234567890123456789,"Comments"'),
    );
    expect(kept[0]!.metadata).toEqual({ tweet: "1234567890123456789" });
  });

  test('ids 1 and "1" are one id, of which the message says that the texts differ', async () => {
    await expect(readCorpus([caseFile("17-ids/mixed-ids.jsonl")])).rejects.toThrow(
      /mixed-ids\.jsonl:2: document id "1" was already read at .*mixed-ids\.jsonl:1, with another text\. Give each text its own id\./,
    );
  });

  test("the same span twice under one key stays twice; under two keys only what is there more often is added", async () => {
    const span = [11, 15, "ACTION"];
    const { documents } = await read(lines({ ...example, label: [span, span, [16, 21, "DAY"]] }));
    expect(documents[0]!.entities.map(({ type }) => type)).toEqual(["ACTION", "TIME", "ACTION", "DAY"]);
  });

  test("what stands under a name of old and is no list of spans is metadata; what looks like spans elsewhere is reported", async () => {
    const said = { ...example, annotations: "none", labels: { a: 1 }, gold: [[0, 2, "X"]] };
    const { documents, notices } = await read(lines(said));
    expect(documents[0]!.metadata).toEqual({ annotations: "none", labels: { a: 1 }, gold: [[0, 2, "X"]] });
    expect(notices).toMatchObject([{ code: "spans-in-metadata", locations: [{ detail: '"gold"' }] }]);
  });

  test("classes beside spans, and relations without a type, are counted", async () => {
    const said = { ...example, label: ["spam", { label: 3 }], relations: [doWhen, { ...doWhen, type: null }] };
    const { notices } = await read(lines(said));
    expect(notices).toMatchObject([
      { code: "text-class", count: 2, lost: { annotations: 2 } },
      { code: "unlabelled-relation", count: 1, lost: { relations: 1 } },
    ]);
  });
});

describe("bad examples", () => {
  test.each([
    ["no text", { ...example, text: null }, KeyError, "key text: expected a string, found null"],
    [
      "no text at all",
      { ...example, text: undefined, data: 5 },
      KeyError,
      "key text: expected a string, found nothing",
    ],
    ["classes", { id: 1, text, label: ["spam"] }, RecordError, 'found classes of the whole text ("spam")'],
    ["an entity of nothing", { id: 1, text, label: [[1]] }, KeyError, 'label[0]: expected [0, 5, "TIME"]'],
    [
      "an entity in words",
      { ...example, entities: ["part"] },
      KeyError,
      'entities[0]: expected {"id": 1, "label": "TIME", "start_offset": 0, "end_offset": 5} or [0, 5, "TIME"]',
    ],
    ["an id twice", { ...example, entities: [part, part] }, DuplicateEntityError, "two entities have the id 101"],
    [
      "an unknown id",
      { ...example, relations: [{ ...doWhen, to_id: 9 }] },
      UnknownEntityError,
      '"DO_WHEN" cites entity 9, which does not exist; the ids of this text are 101, 102',
    ],
    [
      "entities without ids",
      { ...example, entities: [{ ...part, id: null }, lundi] },
      UnknownEntityError,
      "entity 101",
    ],
    [
      "a span outside",
      { ...example, entities: [{ ...part, end_offset: 99 }, lundi] },
      SpanOutsideTextError,
      "[12, 100)",
    ],
  ])("%s", async (_, bad, error, message) => {
    const failure = read(lines({ ...example, id: 6 }, bad));
    await expect(failure).rejects.toBeInstanceOf(error);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ at: { line: 2 } });
  });
});

test("what doccano would drop or take for its own is reported", async () => {
  const document = {
    id: "d",
    text,
    entities: [
      { start: 12, end: 16, type: "" },
      { start: 17, end: 22, type: "TIME" },
    ],
    relations: [],
    metadata: { label: "x", thread: 3 },
  };
  const context = writeContext();
  await withWritten(
    [document],
    doccano,
    async (path) => {
      const [read] = await readBack(path);
      expect(read!.metadata).toEqual({ thread: 3 });
      expect(read!.entities.map(({ type }) => type)).toEqual(["ENTITY", "TIME"]);
    },
    context,
  );
  expect(context.notices.list()).toMatchObject([
    { code: "stand-in-type", count: 1 },
    { code: "metadata-key", count: 1 },
  ]);
});

const folder = new URL("../../../../shared/data/fixtures/doccano/", import.meta.url);
test.skipIf(!existsSync(folder)).each(["import_example.jsonl", "export_example_pretty.json"])(
  "doccano's own example %s (needs ../shared/data)",
  async (name) => {
    const [document] = await readBack(fileURLToPath(new URL(name, folder)));
    const { text, entities, relations } = document!;
    const surface = (i: number): string => text.slice(entities[i]!.start, entities[i]!.end);
    expect(entities.map(({ type }) => type)).toEqual(["ORG", "DATE", "PERSON", "PERSON"]);
    expect(relations.map(({ head, tail, label }) => [surface(head), label, surface(tail)])).toEqual([
      ["Google", "foundedAt", "September 4, 1998"],
      ["Google", "foundedBy", "Larry Page"],
      ["Google", "foundedBy", "Sergey Brin"],
    ]);
  },
);
