import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { facts, formatContract, readBack } from "../../../test/fixtures/format-contract.ts";
import { surface, type Document } from "../../corpus/document.ts";
import { KeyError, RecordError, SpanOutsideTextError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { ubiai } from "./index.ts";

formatContract(ubiai);

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (documents: unknown, options?: ReadOptions): Promise<Corpus> =>
  withFile(JSON.stringify(documents), (path) => readCorpus([path], options));
const entities = (document: Document): string[] =>
  document.entities.map((entity) => `${surface(document, entity)}/${entity.type}`);

const part = { text: "part", start: 11, end: 15, token_start: 3, token_end: 3, entityLabel: "ACTION" };
const colis = { text: "Le colis", start: 0, end: 8, token_start: 0, token_end: 1, entityLabel: "OBJECT" };
const document = {
  document: "Le colis 📦 part lundi.",
  tokens: [part, colis],
  relations: [{ child: 3, head: 0, relationLabel: "WHO_DO" }],
};

test.each(["one-line.json", "pretty.txt"])("the file of the spaCy tutorial, %s", async (name) => {
  const { documents, notices, sources } = await readCorpus([`${root}test/cases/02-ubiai/${name}`]);
  expect(sources).toMatchObject([{ formats: ["ubiai"] }]);
  expect(documents.map(({ id, text }) => [id, text])).toEqual([
    [`${name.split(".")[0]}-1`, "3+ years of welding. Degree in Forestry."],
  ]);
  expect(documents.map(entities)).toEqual([
    ["3+ years/EXPERIENCE", "welding/SKILLS", "Degree/DIPLOMA", "Forestry/MAJOR"],
  ]);
  expect(documents[0]!.relations).toEqual([
    { head: 0, tail: 1, label: "EXPERIENCE_IN" },
    { head: 2, tail: 3, label: "DEGREE_IN" },
  ]);
  expect(notices).toEqual([]);
});

describe("reading", () => {
  test("offsets count code points, unless the recorded texts say otherwise", async () => {
    const utf16 = { ...document, tokens: [{ ...part, start: 12, end: 16 }, colis] };
    const { documents, notices } = await read([document, utf16]);
    expect(documents.map(entities)).toEqual([
      ["part/ACTION", "Le colis/OBJECT"],
      ["part/ACTION", "Le colis/OBJECT"],
    ]);
    expect(notices).toMatchObject([{ code: "other-offset-unit", count: 1 }]);
  });

  test("names of documents are ids, numbered where they repeat", async () => {
    const { documents, notices } = await read([
      { ...document, documentName: "cv.pdf" },
      { ...document, documentName: "cv.pdf" },
    ]);
    expect(documents.map(({ id }) => id)).toEqual(["cv.pdf", "cv.pdf-2"]);
    expect(notices).toMatchObject([{ code: "repeated-id", count: 1 }]);
  });

  test("one document on a line, without relations, with classes", async () => {
    const { relations: _, ...bare } = document;
    const lines = [JSON.stringify(document), JSON.stringify({ ...bare, classifications: ["CV", "fr"] })].join("\n");
    const { documents, notices } = await withFile(lines, (path) => readCorpus([path]));
    expect(documents.map(({ relations, source }) => [relations.length, source?.line])).toEqual([
      [1, 1],
      [0, 2],
    ]);
    expect(notices).toMatchObject([
      { code: "classifications", count: 1, lost: { annotations: 2 } },
      { code: "no-relations", count: 1 },
    ]);
  });

  test("arguments: a word inside of an entity, and one that two entities begin with, are reported", async () => {
    const relations = [
      { child: 1, head: 3, relationLabel: "A" },
      { child: 3, head: 0, relationLabel: "B" },
    ];
    const tokens = [part, colis, { ...part, end: 21, text: "part lundi", token_end: 4 }];
    const { documents, notices } = await read([{ ...document, tokens, relations }]);
    expect(documents[0]!.relations).toEqual([
      { head: 0, tail: 1, label: "A" },
      { head: 1, tail: 0, label: "B" },
    ]);
    expect(notices).toMatchObject([
      { code: "ambiguous-argument", count: 2 },
      { code: "argument-inside", count: 1, locations: [{ detail: 'token 1 of "Le colis"' }] },
    ]);
  });

  test.each([
    [
      "a relation of no entity",
      { relations: [{ child: 9, head: 0, relationLabel: "A" }] },
      RecordError,
      'the token_start of an entity as child of relation "A": 3, 0, found 9',
    ],
    [
      "a span outside of the text",
      { tokens: [colis, { ...part, end: 99 }] },
      SpanOutsideTextError,
      "lies outside the text",
    ],
    [
      "a relation without a label",
      { relations: [{ child: 3, head: 0, relationLabel: null }] },
      KeyError,
      "key relations[0].relationLabel: expected a string, found null",
    ],
  ])("%s", async (_, change, error, message) => {
    const bad = [document, { ...document, ...change }];
    await expect(read(bad)).rejects.toBeInstanceOf(error);
    await expect(read(bad)).rejects.toThrow(message);
    const { documents, notices } = await read(bad, { skipInvalid: true });
    expect(documents).toHaveLength(1);
    expect(notices).toMatchObject([{ code: "invalid-document", count: 1, total: 2 }]);
  });
});

test("the example holds the documents of relata's but for their metadata", async () => {
  const bare = (documents: Document[]): unknown[] => documents.map((document) => facts({ ...document, metadata: {} }));
  const example = await readBack(`${root}examples/formats/ubiai.json`);
  expect(bare(example)).toEqual(bare(await readBack(`${root}examples/formats/relata.jsonl`)));
});

test("what begins like the format and is not, is an error that a person can mend", async () => {
  const change = fc.record({ at: fc.nat(400), text: fc.constantFrom('"', "[", "}", "-", "null", "1e9", "") });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, text }) => {
      const content = JSON.stringify([document]);
      const changed = content.slice(0, at) + text + content.slice(at + 1);
      const error = await withFile(changed, (path) => readCorpus([path], { format: "ubiai" })).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(error === undefined || (error as { exitCode?: number }).exitCode === 65).toBe(true);
    }),
    { numRuns: 60 },
  );
});
