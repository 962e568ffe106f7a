import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { formatContract } from "../../../test/fixtures/format-contract.ts";
import { asOneRecord, sharedData, threeEntities, written } from "../../../test/fixtures/pair-documents.ts";
import { surface } from "../../corpus/document.ts";
import { KeyError, RecordError, SpanOutsideTextError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { opennre } from "./index.ts";

formatContract(opennre, { runs: 250, expected: (document) => asOneRecord(opennre, document) });

const read = (content: string, options?: ReadOptions): Promise<Corpus> =>
  withFile(content, (path) => readCorpus([path], options));
const surfaces = ({ documents }: Corpus): string[][] =>
  documents.map((document) => document.entities.map((entity) => surface(document, entity)));

const text = "Le colis 📦 part lundi.";
const token = ["Le", "colis", "📦", "part", "lundi", "."];
const inTokens = { token, h: { name: "PART", pos: [3, 4] }, t: { id: "Q2", pos: [4, 6] }, relation: "DO_WHEN" };
const inText = { text, h: { name: "part", pos: [11, 15] }, t: { name: "lundi", pos: [16, 21] }, relation: "NA" };
const lines = (...examples: object[]): string => examples.map((example) => JSON.stringify(example)).join("\n");

test("positions in tokens or in code points, ends exclusive; NA is no relation; records are numbered", async () => {
  const corpus = await read(lines(inTokens, inText, { ...inText, id: 7, relation: "DO_WHEN" }));
  expect(corpus.sources).toMatchObject([{ formats: ["opennre"] }]);
  expect(corpus.documents.map(({ id, relations }) => [id, relations.map(({ label }) => label)])).toEqual([
    ["annotations-1", ["DO_WHEN"]],
    ["annotations-2", []],
    ["7", ["DO_WHEN"]],
  ]);
  expect(surfaces(corpus)).toEqual([
    ["part", "lundi ."],
    ["part", "lundi"],
    ["part", "lundi"],
  ]);
  expect(corpus.notices).toMatchObject([{ code: "unread-key", count: 1, locations: [{ detail: "t.id" }] }]);
});

test("positions in UTF-16 are detected by the names", async () => {
  const utf16 = { ...inText, h: { name: "part", pos: [12, 16] }, t: { name: "lundi", pos: [17, 22] } };
  const corpus = await read(lines(utf16));
  expect(surfaces(corpus)).toEqual([["part", "lundi"]]);
  expect(corpus.notices).toMatchObject([{ code: "other-offset-unit", count: 1 }]);
});

test("bad examples", async () => {
  const { token: _, ...neither } = inTokens;
  await expect(read(lines(inText, neither))).rejects.toBeInstanceOf(RecordError);
  await expect(read(lines({ ...inTokens, h: { pos: [3] } }))).rejects.toBeInstanceOf(KeyError);
  await expect(read(lines({ ...inTokens, h: { pos: [3, 9] } }))).rejects.toBeInstanceOf(SpanOutsideTextError);
  const { documents, notices } = await read(lines(inText, neither), { skipInvalid: true });
  expect(documents).toHaveLength(1);
  expect(notices).toMatchObject([{ code: "invalid-document", count: 1, locations: [{ line: 2 }] }]);
});

test("a document of several entities is written once for each two of them", async () => {
  const { text } = await written([threeEntities], opennre);
  const examples = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(examples).toHaveLength(3);
  expect(examples[0]).toEqual({
    id: "mail-7-0",
    text: threeEntities.text,
    h: { name: "colis", pos: [3, 8] },
    t: { name: "part", pos: [11, 15] },
    relation: "WHO_DO",
  });
  expect(examples.map(({ relation }) => relation)).toEqual(["WHO_DO", "NA", "TIME_OF_WHAT"]);
});

const fixture = sharedData("fixtures/opennre_format/semeval_as_opennre_first40.jsonl");

test.skipIf(!existsSync(fixture))("SemEval sentences in OpenNRE's shape (needs ../shared/data)", async () => {
  const corpus = await readCorpus([fixture]);
  expect(corpus.sources).toMatchObject([{ formats: ["opennre"], documents: 40 }]);
  expect(surfaces(corpus).slice(0, 2)).toEqual([
    ["play", "humor"],
    ["crane", "arm"],
  ]);
  expect(corpus.documents[1]!.text).toContain('a maximum length of 11 " inches');
});
