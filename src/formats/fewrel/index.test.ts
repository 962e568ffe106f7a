import { describe, expect, test } from "vitest";
import { makeDocument, withFile } from "../../../test/fixtures/documents.ts";
import { formatContract } from "../../../test/fixtures/format-contract.ts";
import { asOneRecord, threeEntities, written } from "../../../test/fixtures/pair-documents.ts";
import { surface } from "../../corpus/document.ts";
import { KeyError, NotJsonError, SpanOutsideTextError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { retokenize } from "../tokens.ts";
import { fewrel } from "./index.ts";

formatContract(fewrel, {
  runs: 300,
  // The examples are grouped by relation, so only those of one relation come back in their order.
  expected: (document, i) => {
    const kept = asOneRecord(fewrel, document);
    return kept?.relations[0]?.label === "WHO_DO" ? { ...retokenize(kept), id: `WHO_DO-${i}` } : undefined;
  },
});

const read = (content: string, options?: ReadOptions): Promise<Corpus> =>
  withFile(content, (path) => readCorpus([path], options));

const tokens = ["Le", "colis", "📦", "du", "voisin", "part", "lundi", "."];
const example = (h: unknown, t: unknown = ["lundi", "Q2", [[6]]]): object => ({ tokens, h, t });

test("relation by relation; the first mention, whole if in pieces; names are not looked at", async () => {
  const content = JSON.stringify({
    DO_WHEN: [example(["PART", "Q1", [[5]]]), example(["colis", null, [[1, 4, 3]]])],
    WHO_DO: [],
    NA: [example(["colis", "Q3", [[1, 2], [4]]])],
  });
  const { documents, sources, notices } = await read(`\uFEFF${content}\n`);
  expect(sources).toMatchObject([{ formats: ["fewrel"], documents: 3 }]);
  expect(documents.map(({ id, relations }) => [id, relations])).toEqual([
    ["DO_WHEN-0", [{ head: 0, tail: 1, label: "DO_WHEN" }]],
    ["DO_WHEN-1", [{ head: 0, tail: 1, label: "DO_WHEN" }]],
    ["NA-0", []],
  ]);
  expect(documents.map((document) => document.entities.map((entity) => surface(document, entity)))).toEqual([
    ["part", "lundi"],
    ["colis 📦 du voisin", "lundi"],
    ["colis 📦", "lundi"],
  ]);
  expect(notices).toMatchObject([
    { code: "entity-ids", count: 5, lost: { other: 5 } },
    { code: "discontinuous", count: 1, locations: [{ detail: "tokens 1, 4, 3 of DO_WHEN-1" }] },
    { code: "later-mentions", count: 1, locations: [{ detail: "tokens 4 of NA-0" }] },
  ]);
});

describe("bad examples", () => {
  test.each([
    ["no position", ["part", "Q1", [[]]], KeyError, '(record 2, id "DO_WHEN-1"): key h[2][0]: expected a list of 1'],
    ["no mention", ["part", "Q1", []], KeyError, '(record 2, id "DO_WHEN-1"): key h[2]: expected a list of 1'],
    ["a word for a position", ["part", "Q1", [["5"]]], KeyError, "expected an integer"],
    ["a token that is not there", ["part", "Q1", [[8]]], SpanOutsideTextError, "lies outside the text"],
  ])("%s", async (_, h, error, message) => {
    const good = example(["part", "Q1", [[5]]]);
    const content = JSON.stringify({ DO_WHEN: [good, example(h), good] });
    await expect(read(content)).rejects.toBeInstanceOf(error);
    await expect(read(content)).rejects.toThrow(message);
    const { documents, notices } = await read(content, { skipInvalid: true });
    expect(documents.map(({ id }) => id)).toEqual(["DO_WHEN-0", "DO_WHEN-2"]);
    const others = notices.filter(({ code }) => code !== "entity-ids");
    expect(others).toMatchObject([{ code: "invalid-document", count: 1, total: 3 }]);
  });

  test("a file that is cut", async () => {
    const content = JSON.stringify({ DO_WHEN: [example(["part", "Q1", [[5]]])] });
    await expect(read(content.slice(0, -2))).rejects.toBeInstanceOf(NotJsonError);
  });
});

test("only related pairs are written, by relation", async () => {
  const unrelated = makeDocument("u", "un deux", ["un", "deux"]);
  const again = makeDocument("v", "un deux", ["un", "deux"], [[0, 1, "WHO_DO"]]);
  const { text, notices } = await written([threeEntities, unrelated, again], fewrel);
  expect(JSON.parse(text)).toEqual({
    WHO_DO: [
      {
        tokens: ["Le", "colis", "📦", "part", "lundi", "."],
        h: ["colis", "", [[1]]],
        t: ["part", "", [[3]]],
      },
      { tokens: ["un", "deux"], h: ["un", "", [[0]]], t: ["deux", "", [[1]]] },
    ],
    TIME_OF_WHAT: [
      { tokens: ["Le", "colis", "📦", "part", "lundi", "."], h: ["lundi", "", [[4]]], t: ["part", "", [[3]]] },
    ],
  });
  expect(notices.find(({ code }) => code === "lost-unrelated-entities")).toMatchObject({ count: 2 });
  expect(JSON.parse((await written([unrelated], fewrel)).text)).toEqual({});
});
