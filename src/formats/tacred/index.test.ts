import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { formatContract } from "../../../test/fixtures/format-contract.ts";
import { asOneRecord, sharedData, threeEntities, written } from "../../../test/fixtures/pair-documents.ts";
import { surface } from "../../corpus/document.ts";
import { EmptySpanError, KeyError, SpanOutsideTextError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { retokenize } from "../tokens.ts";
import { tacred } from "./index.ts";
import { MixedTokenEndsError } from "./token-ends.ts";

formatContract(tacred, {
  runs: 250,
  expected: (document) => {
    const kept = asOneRecord(tacred, document);
    return kept && retokenize(kept);
  },
});

const read = (content: string, options?: ReadOptions): Promise<Corpus> =>
  withFile(content, (path) => readCorpus([path], options));

const token = ["Le", "colis", "📦", "-LRB-", "petit", "-RRB-", "part", "lundi", "matin", "."];
const example = (id: string, change: object = {}): object => ({
  id,
  docid: "d1",
  relation: "DO_WHEN",
  token,
  subj_start: 6,
  subj_end: 6,
  obj_start: 7,
  obj_end: 8,
  subj_type: "ACTION",
  obj_type: "TIME",
  stanford_head: [2, 7, 2, 5, 2, 5, 0, 7, 8, 7],
  ...change,
});
const file = (...examples: object[]): string => JSON.stringify(examples, undefined, 1);

test("one example is one document; brackets are restored, no_relation is no relation", async () => {
  const swapped = { subj_start: 7, subj_end: 8, obj_start: 6, obj_end: 6, subj_type: null, obj_type: null };
  const { documents, notices } = await read(
    file(example("x1"), example("x2", { relation: "no_relation", docid: "x2", ...swapped })),
  );
  expect(
    documents.map(({ id, text, entities, relations, metadata }) => ({ id, text, entities, relations, metadata })),
  ).toEqual([
    {
      id: "x1",
      text: "Le colis 📦 ( petit ) part lundi matin .",
      entities: [
        { start: 22, end: 26, type: "ACTION" },
        { start: 27, end: 38, type: "TIME" },
      ],
      relations: [{ head: 0, tail: 1, label: "DO_WHEN" }],
      metadata: { docid: "d1" },
    },
    {
      id: "x2",
      text: "Le colis 📦 ( petit ) part lundi matin .",
      entities: [
        { start: 27, end: 38, type: "" },
        { start: 22, end: 26, type: "" },
      ],
      relations: [],
    },
  ]);
  expect(notices).toMatchObject([
    { code: "unread-key", count: 2, locations: [{ detail: "stanford_head" }, {}] },
    { code: "treebank-token", count: 2 },
  ]);
});

describe("token ends", () => {
  const surfaces = ({ documents }: Corpus): string[][] =>
    documents.map((document) => document.entities.map((entity) => surface(document, entity)));
  const exclusive = example("e1", { subj_end: 7, obj_end: 9 });

  test("a mention that ends after the last token is exclusive", async () => {
    const atEnd = example("e2", { subj_start: 8, subj_end: 10, obj_start: 6, obj_end: 7 });
    const corpus = await read(file(exclusive, atEnd));
    expect(surfaces(corpus)).toEqual([
      ["part", "lundi matin"],
      ["matin .", "part"],
    ]);
    const notice = corpus.notices.find(({ code }) => code === "exclusive-token-ends");
    expect(notice).toMatchObject({ count: 1, locations: [{ detail: 'subj 8 to 10 of "e2"' }] });
  });

  test("no mention of many ends where it starts: exclusive", async () => {
    const many = Array.from({ length: 10 }, (_, i) => ({ ...exclusive, id: `e${i}` }));
    const corpus = await read(file(...many));
    expect(surfaces(corpus)[9]).toEqual(["part", "lundi matin"]);
    expect(corpus.notices.map(({ code }) => code)).toContain("exclusive-token-ends");
  });

  test("few mentions that prove nothing are inclusive, which is reported", async () => {
    const corpus = await read(file(exclusive));
    expect(surfaces(corpus)).toEqual([["part lundi", "lundi matin ."]]);
    expect(corpus.notices.map(({ code }) => code)).toContain("unsure-token-ends");
    const said = await read(file(exclusive), { tokenEnds: "exclusive" });
    expect(surfaces(said)).toEqual([["part", "lundi matin"]]);
    expect(said.notices.map(({ code }) => code)).toEqual(["unread-key", "treebank-token"]);
  });

  test("evidence of both stops, and the setting decides", async () => {
    const mixed = file(example("i1"), example("e1", { obj_end: 10 }));
    const failure = read(mixed, { skipInvalid: true });
    await expect(failure).rejects.toBeInstanceOf(MixedTokenEndsError);
    await expect(failure).rejects.toThrow(/subj 6 to 6 of "i1".*obj 7 to 10 of "e1".*--token-ends inclusive/);
    await expect(read(mixed, { tokenEnds: "inclusive" })).rejects.toBeInstanceOf(SpanOutsideTextError);
    await expect(read(mixed, { tokenEnds: "exclusive" })).rejects.toBeInstanceOf(EmptySpanError);
  });
});

test("bad examples", async () => {
  await expect(read(file(example("x", { subj_end: "6" })))).rejects.toThrow("key subj_end: expected an integer");
  await expect(read(file(example("x", { token: [1] })))).rejects.toBeInstanceOf(KeyError);
  const { documents, notices } = await read(file(example("x", { obj_end: 99 }), example("y")), { skipInvalid: true });
  expect(documents.map(({ id }) => id)).toEqual(["y"]);
  expect(notices.find(({ code }) => code === "invalid-document")).toMatchObject({ count: 1, locations: [{ line: 2 }] });
});

test("a document of several entities is written once for each two of them, in the same tokens", async () => {
  const { text, notices } = await written([threeEntities], tacred);
  const examples = JSON.parse(text) as Record<string, unknown>[];
  expect(examples.map(({ id, relation, subj_start, obj_end }) => [id, relation, subj_start, obj_end])).toEqual([
    ["mail-7-0", "WHO_DO", 1, 3],
    ["mail-7-1", "no_relation", 1, 4],
    ["mail-7-2", "TIME_OF_WHAT", 4, 3],
  ]);
  expect(new Set(examples.map(({ docid, token }) => JSON.stringify([docid, token])))).toHaveLength(1);
  expect(notices.map(({ code }) => code)).toEqual(["lost-many-entities", "lost-exact-text"]);
});

const fixture = sharedData("fixtures/tacred_format/semeval_as_tacred_first40.json");

test.skipIf(!existsSync(fixture))("SemEval sentences in TACRED's shape (needs ../shared/data)", async () => {
  const { documents, sources, notices } = await readCorpus([fixture]);
  expect(sources).toMatchObject([{ formats: ["tacred"], documents: 40 }]);
  expect(notices.map(({ code }) => code)).not.toContain("exclusive-token-ends");
  expect(documents[0]!.text).toBe("The most common audits were about waste and recycling .");
  expect(documents[0]!.entities.map((entity) => surface(documents[0]!, entity))).toEqual(["audits", "waste"]);
  const given = JSON.parse(readFileSync(fixture, "utf8")) as { id: string }[];
  expect(documents.map(({ id }) => id)).toEqual(given.map(({ id }) => id));
});
