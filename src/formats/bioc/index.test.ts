import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { facts, formatContract, readBack } from "../../../test/fixtures/format-contract.ts";
import { surface, type Document } from "../../corpus/document.ts";
import {
  DuplicateEntityError,
  KeyError,
  RecordError,
  SpanOutsideTextError,
  UnknownEntityError,
} from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { bioc } from "./index.ts";

formatContract(bioc);

const read = (value: unknown, options?: ReadOptions): Promise<Corpus> =>
  withFile(JSON.stringify(value), (path) => readCorpus([path], options));
const entities = (document: Document): string[] =>
  document.entities.map((entity) => `${surface(document, entity)}/${entity.type}`);
const collection = (...documents: unknown[]): unknown => ({ source: "", date: "", key: "", infons: {}, documents });

const annotation = (id: string, type: string, text: string, ...offsets: number[]): Record<string, unknown> => ({
  id,
  infons: { type },
  text,
  locations: offsets.map((offset, i) => ({ offset, length: text.split(" … ")[i]!.length })),
});
const relation = (type: string, head: string, tail: string): Record<string, unknown> => ({
  id: "R1",
  infons: { type },
  nodes: [
    { refid: head, role: "" },
    { refid: tail, role: "" },
  ],
});

const title = {
  offset: 0,
  infons: {},
  text: "📦 Aspirin in trials",
  sentences: [],
  annotations: [annotation("1", "Chemical", "Aspirin", 2)],
  relations: [],
};
const abstract = {
  offset: 20,
  infons: {},
  text: "It relieves headache.",
  sentences: [],
  annotations: [annotation("2", "Disease", "headache", 32)],
  relations: [],
};
const document = {
  id: "17",
  infons: {},
  passages: [title, abstract],
  annotations: [],
  relations: [relation("Treats", "1", "2")],
};

describe("documents", () => {
  test("passages are lines of one text; offsets count code points from its beginning", async () => {
    const { documents, notices, sources } = await read(collection(document));
    expect(sources).toMatchObject([{ formats: ["bioc"], documents: 1 }]);
    expect(documents[0]).toMatchObject({
      id: "17",
      text: "📦 Aspirin in trials\nIt relieves headache.",
      relations: [{ head: 0, tail: 1, label: "Treats" }],
    });
    expect(entities(documents[0]!)).toEqual(["Aspirin/Chemical", "headache/Disease"]);
    expect(notices).toEqual([]);
  });

  test.each([
    ["a list of documents", [document, { ...document, id: 18 }]],
    ["a list of collections", [collection(document), collection({ ...document, id: 18 })]],
    ["an answer of PubTator 3", { PubTator3: [document, { ...document, id: "18", pmid: 18, _id: "18|None" }] }],
  ])("%s", async (_, value) => {
    const { documents, notices } = await read(value);
    expect(documents.map(({ id }) => id)).toEqual(["17", "18"]);
    expect(notices).toEqual([]);
  });

  test("one on each line", async () => {
    const lines = `${JSON.stringify(document)}\n${JSON.stringify({ ...document, id: "" })}\n`;
    const { documents } = await withFile(lines, (path) => readCorpus([path]));
    expect(documents.map(({ id, source }) => [id, source?.line])).toEqual([
      ["17", 1],
      ["annotations-2", 2],
    ]);
  });

  test("offsets in UTF-16, and those that begin anew with each passage, are detected by the recorded texts", async () => {
    const utf16 = [
      { ...title, annotations: [annotation("1", "Chemical", "Aspirin", 3)] },
      { ...abstract, offset: 21, annotations: [annotation("2", "Disease", "headache", 33)] },
    ];
    const inPassage = [title, { ...abstract, annotations: [annotation("2", "Disease", "headache", 12)] }];
    const { documents, notices } = await read(
      collection({ ...document, passages: utf16 }, { ...document, id: "18", passages: inPassage }),
    );
    for (const document of documents) expect(entities(document)).toEqual(["Aspirin/Chemical", "headache/Disease"]);
    expect(notices).toMatchObject([
      { code: "other-offset-unit", count: 1 },
      { code: "passage-offsets", count: 1 },
    ]);
  });

  test("sentences have the text where the passage has none, and annotations where it has", async () => {
    const sentences = [
      {
        offset: 0,
        infons: {},
        text: "Aspirin helps.",
        annotations: [annotation("1", "Chemical", "Aspirin", 0)],
        relations: [],
      },
      {
        offset: 15,
        infons: {},
        text: "Headache goes.",
        annotations: [annotation("2", "Disease", "Headache", 15)],
        relations: [relation("Treats", "1", "2")],
      },
    ];
    const passages = [{ offset: 0, infons: {}, text: "", sentences, annotations: [], relations: [] }];
    const whole = [{ ...passages[0], text: "Aspirin helps. Headache goes." }];
    const { documents } = await read(
      collection({ ...document, passages, relations: [] }, { ...document, id: "18", passages: whole, relations: [] }),
    );
    for (const document of documents) {
      expect(document.text).toBe("Aspirin helps. Headache goes.");
      expect(entities(document)).toEqual(["Aspirin/Chemical", "Headache/Disease"]);
      expect(document.relations).toEqual([{ head: 0, tail: 1, label: "Treats" }]);
    }
  });

  test("annotations of the document are in its passages", async () => {
    const passages = [
      { ...title, annotations: [] },
      { ...abstract, annotations: [] },
    ];
    const annotations = [...title.annotations, ...abstract.annotations];
    const { documents } = await read(collection({ ...document, passages, annotations }));
    expect(entities(documents[0]!)).toEqual(["Aspirin/Chemical", "headache/Disease"]);
  });

  test.each([
    ["hull", ["Aspirin/Chemical", "It relieves headache/X"], 1],
    ["first", ["Aspirin/Chemical", "It/X"], 1],
    ["skip", ["Aspirin/Chemical"], 0],
  ] as const)("several locations: %s", async (discontinuous, expected, relations) => {
    const pieces = annotation("2", "X", "It … headache", 20, 32);
    const { documents, notices } = await withFile(
      JSON.stringify(
        collection(document, { ...document, id: "18", passages: [title, { ...abstract, annotations: [pieces] }] }),
      ),
      async (path) => ({
        documents: await readBack(path, { discontinuous }),
        notices: (await readCorpus([path], { discontinuous })).notices,
      }),
    );
    expect(entities(documents[1]!)).toEqual(expected);
    expect(documents[1]!.relations).toHaveLength(relations);
    expect(notices[0]).toMatchObject({ code: "discontinuous-span", count: 1, total: 4 });
    expect(notices.some(({ code }) => code === "relation-of-skipped")).toBe(relations === 0);
  });

  test("infons of documents are metadata; those of collections, passages, annotations and relations are reported", async () => {
    const passages = [
      { ...title, infons: { section: "TITLE" } },
      { ...abstract, annotations: [{ ...abstract.annotations[0], infons: { type: "Disease", MESH: "D1" } }] },
    ];
    const relations = [{ ...document.relations[0], infons: { type: "Treats", novel: "Novel" } }];
    const { documents, notices } = await read({
      ...(collection({ ...document, infons: { journal: "J" }, passages, relations }) as object),
      source: "PubMed",
    });
    expect(documents[0]!.metadata).toEqual({ journal: "J" });
    expect(notices.map(({ code, locations }) => [code, locations[0]!.detail])).toEqual([
      ["annotation-infons", "MESH"],
      ["passage-infons", "section"],
      ["relation-infons", "novel"],
      ["collection-infons", "source"],
    ]);
  });
});

describe("relations", () => {
  const withRelations = (...relations: unknown[]): Promise<Corpus> => read(collection({ ...document, relations }));

  test("roles say which is the head, or else the order", async () => {
    const nodes = (first: string, second: string): unknown[] => [
      { refid: "1", role: first },
      { refid: "2", role: second },
    ];
    const { documents } = await withRelations(
      { id: "a", infons: { type: "A" }, nodes: nodes("Arg2", "Arg1") },
      { id: "b", infons: { type: "B" }, nodes: nodes("subject", "object") },
      { id: "c", infons: { relation: "C", score: "0.75" }, nodes: nodes("Chemical", "Disease") },
    );
    expect(documents[0]!.relations).toEqual([
      { head: 1, tail: 0, label: "A" },
      { head: 0, tail: 1, label: "B" },
      { head: 0, tail: 1, label: "C", probability: 0.75 },
    ]);
  });

  test("of three, of one, and of another relation are left out, which is reported", async () => {
    const [node] = document.relations[0]!["nodes"] as unknown[];
    const { documents, notices } = await withRelations(
      relation("Treats", "1", "2"),
      { id: "R2", infons: { type: "A" }, nodes: [node, node, node] },
      { id: "R3", infons: { type: "A" }, nodes: [] },
      { ...relation("A", "1", "R1"), id: "R4" },
    );
    expect(documents[0]!.relations).toHaveLength(1);
    expect(notices).toMatchObject([
      { code: "not-binary", count: 2, lost: { relations: 2 }, locations: [{ detail: '"R2"' }, { detail: '"R3"' }] },
      { code: "relation-of-relation", count: 1, lost: { relations: 1 } },
    ]);
  });

  // Two mentions of each concept; the second of the first and the first of the second stand nearest.
  const text = "Aspirin, or ASA, for headache and other pain.";
  const mention = (id: string, type: string, surface: string, identifier: string): unknown => ({
    ...annotation(id, type, surface, text.indexOf(surface)),
    infons: { type, identifier },
  });
  const concepts = {
    ...document,
    passages: [
      {
        ...title,
        text,
        annotations: [
          mention("1", "Chemical", "Aspirin", "MESH:D001241"),
          mention("2", "Chemical", "ASA", "MESH:D001241"),
          mention("3", "Disease", "headache", "D006261,D010146"),
          mention("4", "Disease", "pain", "D010146"),
        ],
      },
    ],
  };
  test.each([
    ["BioRED", { entity1: "MESH:D001241", entity2: "D010146", type: "Treats" }],
    ["BC5CDR", { Chemical: "MESH:D001241", Disease: "D010146", relation: "Treats" }],
    ["PubTator 3", { role1: { identifier: "MESH:D001241" }, role2: { identifier: "D010146" }, type: "Treats" }],
  ])("of concepts, as in %s, join their nearest mentions, which is reported", async (_, infons) => {
    const nodes = "role1" in infons ? [{ refid: "0", role: "1,2" }] : [];
    const unknown = { id: "R2", infons: { entity1: "D9", entity2: "D010146", type: "A" }, nodes: [] };
    const { documents, notices } = await read(
      collection({ ...concepts, relations: [{ id: "R1", infons, nodes }, unknown] }),
    );
    expect(documents[0]!.relations).toEqual([{ head: 1, tail: 2, label: "Treats" }]);
    expect(notices.filter(({ code }) => code !== "annotation-infons")).toMatchObject([
      { code: "concept-relation", count: 1 },
      { code: "concept-unknown", count: 1, lost: { relations: 1 } },
    ]);
  });

  test.each([
    [
      "of an annotation that is not there",
      { relations: [relation("A", "1", "9")] },
      UnknownEntityError,
      'relation "A" cites entity 9',
    ],
    [
      "of an id that two annotations share",
      {
        passages: [title, { ...abstract, annotations: [annotation("1", "X", "headache", 32)] }],
        relations: [relation("A", "1", "1")],
      },
      DuplicateEntityError,
      "two entities have the id 1",
    ],
    [
      "without a label",
      { relations: [{ ...relation("A", "1", "2"), infons: {} }] },
      RecordError,
      'expected infons.type as the label of relation "R1", found none',
    ],
    [
      "beside a span outside of the text",
      { passages: [{ ...title, annotations: [annotation("1", "X", "Aspirin", 99)] }], relations: [] },
      SpanOutsideTextError,
      "lies outside the text",
    ],
    [
      "beside a passage without an offset",
      { passages: [{ text: "a" }] },
      KeyError,
      "key passages[0].offset: expected an integer, found nothing",
    ],
  ])("%s", async (_, change, error, message) => {
    const bad = collection(document, { ...document, id: "18", ...change });
    await expect(read(bad)).rejects.toBeInstanceOf(error);
    await expect(read(bad)).rejects.toThrow(message);
    const { documents, notices } = await read(bad, { skipInvalid: true });
    expect(documents.map(({ id }) => id)).toEqual(["17"]);
    expect(notices).toMatchObject([{ code: "invalid-document", count: 1, total: 2 }]);
  });
});

test("the example holds the documents of relata's", async () => {
  const root = fileURLToPath(new URL("../../../examples/formats/", import.meta.url));
  expect((await readBack(`${root}bioc.json`)).map(facts)).toEqual((await readBack(`${root}relata.jsonl`)).map(facts));
});

test("what begins like the format and is not, is an error that a person can mend", async () => {
  const change = fc.record({ at: fc.nat(900), text: fc.constantFrom('"', "[", "}", "-", "null", "1e9", "") });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, text }) => {
      const content = JSON.stringify(collection(document));
      const changed = content.slice(0, at) + text + content.slice(at + 1);
      const error = await withFile(changed, (path) => readCorpus([path], { format: "bioc" })).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(error === undefined || (error as { exitCode?: number }).exitCode === 65).toBe(true);
    }),
    { numRuns: 60 },
  );
});
