import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { facts, formatContract, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import { KeyError, RecordError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { spacy } from "./index.ts";

formatContract(spacy);

test("the example holds the documents of relata's, as the writer writes them", async () => {
  const example = (name: string): string =>
    fileURLToPath(new URL(`../../../examples/formats/${name}`, import.meta.url));
  const documents = await readBack(example("relata.jsonl"));
  expect((await readBack(example("spacy.json"))).map(facts)).toEqual(documents.map(facts));
  await withWritten(documents, spacy, async (path) => {
    expect(readFileSync(path, "utf8")).toBe(readFileSync(example("spacy.json"), "utf8"));
  });
});

const read = (content: string, options?: ReadOptions): Promise<Corpus> =>
  withFile(content, (path) => readCorpus([path], options));

// Output of spaCy 3.8.18 for a Doc of its blank French pipeline, written by the script of docs/formats/spacy.md.
const bySpacy = `[{"text": "Le colis 📦 part  lundi.\\nOui", "ents": [{"start": 3, "end": 8, "label": "OBJECT"}, {"start": 11, "end": 15, "label": "ACTION"}, {"start": 17, "end": 22, "label": "TIME"}], "tokens": [{"id": 0, "start": 0, "end": 2}, {"id": 1, "start": 3, "end": 8}, {"id": 2, "start": 9, "end": 10}, {"id": 3, "start": 11, "end": 15}, {"id": 4, "start": 16, "end": 17}, {"id": 5, "start": 17, "end": 22}, {"id": 6, "start": 22, "end": 23}, {"id": 7, "start": 23, "end": 24}, {"id": 8, "start": 24, "end": 27}], "rels": [{"head": 3, "tail": 5, "label": "DO_WHEN"}, {"head": 1, "tail": 3, "label": "WHO_DO", "score": 0.875}], "id": "mail-1"}]`;
const [doc] = JSON.parse(bySpacy) as [{ rels: object[]; ents: object[] } & object];

test("a Doc as spaCy writes it: entities in code points, arguments by their first token", async () => {
  const { documents, notices } = await read(bySpacy);
  const { source, ...document } = documents[0]!;
  expect(document).toEqual({
    id: "mail-1",
    text: "Le colis 📦 part  lundi.\nOui",
    entities: [
      { start: 3, end: 8, type: "OBJECT" },
      { start: 12, end: 16, type: "ACTION" },
      { start: 18, end: 23, type: "TIME" },
    ],
    relations: [
      { head: 1, tail: 2, label: "DO_WHEN" },
      { head: 0, tail: 1, label: "WHO_DO", probability: 0.875 },
    ],
  });
  expect(source?.line).toBe(1);
  expect(notices).toEqual([]);
});

test("a Doc on each line, without ids; metadata, cats and sentences beside it", async () => {
  const one = JSON.stringify({ ...doc, id: undefined, cats: { a: 1 }, sents: [], meta: { thread: 3 }, _: { x: 1 } });
  const { documents } = await read(`${one}\n${one}\n`);
  expect(documents.map(({ id, metadata }) => [id, metadata])).toEqual([
    ["annotations-1", { thread: 3 }],
    ["annotations-2", { thread: 3 }],
  ]);
});

test("entities alone need no tokens", async () => {
  const { documents } = await read(JSON.stringify({ ...doc, tokens: undefined, rels: undefined }));
  expect(documents[0]!.entities).toHaveLength(3);
});

test("an extension without relations is no relation, and other extensions are reported", async () => {
  const { notices } = await read(JSON.stringify({ ...doc, rel: {}, _: { rel: null, x: 1 } }));
  expect(notices).toMatchObject([{ code: "unread-key", count: 1, locations: [{ detail: "_.x" }] }]);
});

test("span groups are left out and reported", async () => {
  const spans = { sc: [{ start: 0, end: 2, label: "X", kb_id: "" }], empty: [] };
  const { notices } = await read(JSON.stringify({ ...doc, spans }));
  expect(notices).toMatchObject([{ code: "span-group", count: 1, locations: [{ line: 1, detail: '"sc"' }] }]);
});

describe("other forms of relations are refused", () => {
  const rel = { head: 3, tail: 5, label: "DO_WHEN" };
  test.each([
    [
      "places of entities",
      { rels: [{ ...rel, tail: 2 }] },
      RecordError,
      'expected the first token of an entity (1, 3, 5) as tail of relation "DO_WHEN", found token 2. docs/formats/spacy.md',
    ],
    ["no tokens", { tokens: null }, RecordError, "(but none has one) as head"],
    ["another tool's key", { relations: [rel] }, RecordError, "under the key rels, [{"],
    [
      "the extension, whose tuples are no keys of JSON",
      { rels: undefined, rel: { "(3, 5)": { DO_WHEN: 1 } } },
      RecordError,
      'found the key rel with an object with the keys "(3, 5)". docs/formats/spacy.md shows the form; its script',
    ],
    ["the same beside the tokens' extensions", { _: { rel: { "3,5": { DO_WHEN: 1 } } } }, RecordError, "the key _.rel"],
    ["the same as text", { rel: "{(3, 5): …}" }, RecordError, "the key rel with the string"],
    [
      "tuples as keys",
      { rels: { "(3, 5)": { DO_WHEN: 1 } } },
      KeyError,
      'key rels: expected a list, found an object with the keys "(3, 5)". docs/formats/spacy.md shows the form.',
    ],
    ["scores beyond 1", { rels: [{ ...rel, score: 2 }] }, KeyError, "score: expected a number from 0 to 1"],
  ])("%s", async (_, change, error, message) => {
    const failure = read(JSON.stringify({ ...doc, ...change }));
    await expect(failure).rejects.toBeInstanceOf(error);
    await expect(failure).rejects.toThrow(message);
  });
});

test("probabilities are scores; an entity without a type gets one, which spaCy asks for", async () => {
  const document = {
    id: "d",
    text: "Le colis 📦 part lundi.",
    entities: [
      { start: 12, end: 16, type: "" },
      { start: 17, end: 22, type: "TIME" },
    ],
    relations: [{ head: 0, tail: 1, label: "DO_WHEN", probability: 0.5 }],
  };
  const context = writeContext();
  await withWritten(
    [document],
    spacy,
    async (path) => {
      const [read] = await readBack(path);
      expect(read!.relations).toEqual(document.relations);
      expect(read!.entities.map(({ type }) => type)).toEqual(["ENTITY", "TIME"]);
    },
    context,
  );
  expect(context.notices.list()).toMatchObject([{ code: "stand-in-type", count: 1 }]);
});
