import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { formatContract, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import { surface, type Document } from "../../corpus/document.ts";
import { RecordError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { retokenize } from "../tokens.ts";
import { multihead } from "./index.ts";
import { formatStrings, parseStrings } from "./python-lists.ts";

formatContract(multihead, { expected: retokenize });

const read = (content: string, options?: ReadOptions): Promise<Corpus> =>
  withFile(content, (path) => readCorpus([path], options));
const entities = (document: Document): string[] =>
  document.entities.map((entity) => `${surface(document, entity)}/${entity.type}`);

const rows = [
  "0\tJane\tB-Peop\t['N']\t[0]",
  "1\tRoe\tI-Peop\t['Work_For', 'Live_In']\t[3, 5]",
  "2\tof\tO\t['N']\t[2]",
  "3\tVolt\tB-Org\t['OrgBased_In']\t[5]",
  "4\tin\tO\t['N']\t[4]",
  "5\tBonn\tB-Loc\t['N']\t[5]",
];
const block = (id: string, lines: readonly string[] = rows): string => `#doc ${id}\n${lines.join("\n")}\n`;
const changed = (row: number, line: string): string[] => rows.with(row, line);

test("a relation stands at the last token of its head and cites the last of its tail", async () => {
  const { documents, notices, sources } = await read(block("5121") + block("17"));
  expect(sources).toMatchObject([{ formats: ["multihead"], documents: 2 }]);
  expect(documents.map(({ id, text, source }) => [id, text, source?.line])).toEqual([
    ["5121", "Jane Roe of Volt in Bonn", 1],
    ["17", "Jane Roe of Volt in Bonn", 8],
  ]);
  expect(entities(documents[0]!)).toEqual(["Jane Roe/Peop", "Volt/Org", "Bonn/Loc"]);
  expect(documents[0]!.relations).toEqual([
    { head: 0, tail: 1, label: "Work_For" },
    { head: 0, tail: 2, label: "Live_In" },
    { head: 1, tail: 2, label: "OrgBased_In" },
  ]);
  expect(notices).toEqual([]);
});

describe("arguments that are no last token", () => {
  test("of an entity, and of none", async () => {
    const content = block("a", changed(4, "4\tin\tO\t['X', 'N']\t[0, 2]"));
    const { documents, notices } = await read(content);
    expect(entities(documents[0]!)).toEqual(["Jane Roe/Peop", "Volt/Org", "Bonn/Loc", "in/", "of/"]);
    expect(documents[0]!.relations.slice(3)).toEqual([
      { head: 3, tail: 0, label: "X" },
      { head: 3, tail: 4, label: "N" },
    ]);
    expect(notices).toMatchObject([
      { code: "untyped-argument", count: 2 },
      { code: "argument-inside", count: 1, locations: [{ detail: '"Jane Roe" [0, 8)' }] },
    ]);
  });
});

test("ids that repeat or are none are numbered; line ends may be those of Windows", async () => {
  const { documents } = await read((block("a") + block("a") + block("")).replaceAll("\n", "\r\n"));
  expect(documents.map(({ id }) => id)).toEqual(["a", "a-2", "annotations-3"]);
});

test.each([
  [
    "a row of too few columns",
    "2\tof\tO\t['N']",
    "expected index, token, tag, labels and heads, with tabs between them",
  ],
  ["labels that are no list", "2\tof\tO\tN\t[2]", "expected a list of labels, ['Label', …]"],
  ["heads that are no list", "2\tof\tO\t['N']\t2", "expected a list of token indexes, [1, …]"],
  [
    "more labels than heads",
    "2\tof\tO\t['A', 'B']\t[2]",
    "expected as many labels as heads of them, found 2 labels and 1 heads",
  ],
  [
    "a token that is not there",
    "2\tof\tO\t['A']\t[9]",
    'expected the index of a token as the tail of relation "A": 0, 1, 2, 3, 4, 5, found 9',
  ],
])("%s", async (_, row, message) => {
  const content = block("a") + block("b", changed(2, row));
  await expect(read(content)).rejects.toBeInstanceOf(RecordError);
  await expect(read(content)).rejects.toThrow(`:11: ${message}`);
  const { documents, notices } = await read(content, { skipInvalid: true });
  expect(documents.map(({ id }) => id)).toEqual(["a"]);
  expect(notices).toMatchObject([{ code: "invalid-document", count: 1, total: 2 }]);
});

test("rows before the first sentence", async () => {
  await expect(read(`0\ta\tO\t['N']\t[0]\n${block("a")}`, { format: "multihead" })).rejects.toThrow(
    ":1: expected #doc and an id before the first token",
  );
});

test("lists of Python come back", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (items) => {
      expect(parseStrings(formatStrings(items), { file: "a" })).toEqual(items);
    }),
  );
  expect(parseStrings(`["It's", 'a"b']`, { file: "a" })).toEqual(["It's", 'a"b']);
});

test("what the format means by N cannot be a relation of an entity with itself, which is reported", async () => {
  const context = writeContext();
  const document: Document = {
    id: "a",
    text: "Volt",
    entities: [{ start: 0, end: 4, type: "Org" }],
    relations: [{ head: 0, tail: 0, label: "N" }],
  };
  const [back] = await withWritten([document], multihead, (path) => readBack(path, { format: "multihead" }), context);
  expect(back!.relations).toEqual([]);
  expect(context.notices.list()).toMatchObject([{ code: "reserved-label", count: 1, lost: { relations: 1 } }]);
});

test("the example holds the documents of relata's as tokens", async () => {
  const root = fileURLToPath(new URL("../../../examples/formats/", import.meta.url));
  const facts = (documents: Document[]): unknown[] =>
    documents.map((document) => ({ id: document.id, entities: entities(document), relations: document.relations }));
  const example = await readBack(`${root}multihead.txt`);
  expect(facts(example)).toEqual(facts((await readBack(`${root}relata.jsonl`)).map(retokenize)));
});
