import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { facts, formatContract, readBack } from "../../../test/fixtures/format-contract.ts";
import { readCorpus } from "../read.ts";
import { bioc } from "./index.ts";
import {
  read,
  entities,
  collection,
  annotation,
  relation,
  title,
  abstract,
  document,
} from "../../../test/fixtures/bioc.ts";

formatContract(bioc);

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
