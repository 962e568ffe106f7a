import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { facts, formatContract, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import {
  DuplicateDocumentError,
  DuplicateEntityError,
  KeyError,
  SpanOutsideTextError,
  UnknownEntityError,
} from "../../corpus/errors.ts";
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

describe("bad examples", () => {
  test.each([
    ["no text", { ...example, text: null }, KeyError, "key text: expected a string, found null"],
    ["classes", { id: 1, text, label: ["spam"] }, KeyError, 'label[0]: expected a list, found the string "spam"'],
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

test("what doccano would drop or take for its own is told", async () => {
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
