import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { facts, formatContract, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import { surface, type Document } from "../../corpus/document.ts";
import { NoDocumentsError, RecordError } from "../../corpus/errors.ts";
import type { Notice } from "../../corpus/notices.ts";
import { UsageError } from "../../errors.ts";
import { detectFormat } from "../registry.ts";
import { readDocuments } from "../read.ts";
import { CorpusReading } from "../reading.ts";
import { formatSettings, type FormatSettings } from "../settings.ts";
import { probeText } from "../source/probe.ts";
import { retokenize } from "../tokens.ts";
import { conll } from "./index.ts";

formatContract(conll, { expected: (document) => (/[\r\n]/.test(document.text) ? retokenize(document) : document) });

const root = fileURLToPath(new URL("../../../", import.meta.url));
const cases = `${root}test/cases/12-flair-conllu/`;

interface Read {
  readonly documents: Document[];
  readonly notices: Notice[];
  readonly formats: readonly string[];
}

async function readPath(path: string, settings: Partial<FormatSettings> = {}): Promise<Read> {
  const context = new CorpusReading({ settings: formatSettings.parse(settings) });
  const documents: Document[] = [];
  const reading = readDocuments(path, context);
  for (let next = await reading.next(); ; next = await reading.next()) {
    if (next.done) return { documents, notices: context.notices.list(), formats: next.value.formats };
    documents.push(next.value);
  }
}
const read = (content: string, settings?: Partial<FormatSettings>): Promise<Read> =>
  withFile(content, (path) => readPath(path, settings));

const entities = (document: Document): string[] =>
  document.entities.map((entity) => `${surface(document, entity)}/${entity.type}`);
const withoutRelations = { code: "no-relations-in-format", count: 1 };

describe("files of tokens and tags, which hold no relations", () => {
  test("parted by blanks, and by tabs", async () => {
    const { documents, notices, formats } = await readPath(`${cases}bio.txt`);
    expect(formats).toEqual(["conll"]);
    expect(documents.map(({ id, text }) => [id, text])).toEqual([
      ["bio-1", "EU rejects German call ."],
      ["bio-2", "Peter Blackburn"],
    ]);
    expect(documents.map(entities)).toEqual([["EU/ORG", "German/MISC"], ["Peter Blackburn/PER"]]);
    expect(documents[1]!.source?.line).toBe(7);
    expect(notices).toMatchObject([withoutRelations]);
    expect((await readPath(`${cases}bio.tsv`)).documents.map(entities)).toEqual([["EU/ORG", "German/MISC"]]);
  });

  test.each([
    ["CoNLL-2003: the last column", "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n", "2, 3"],
    ["CoNLL-2002", "EU B-ORG\nrejects O\n", undefined],
    ["a first row that names the columns", "word pos tag\nEU NNP B-ORG\nrejects VBZ O\n", "2"],
    ["with the tokens counted", "1\tEU\tB-ORG\tx\n2\trejects\tO\ty\n", "4"],
    ["with offsets behind the tokens", "EU\t0\t2\tS-ORG\nrejects\t3\t10\tO\n", "2, 3"],
    ["several blanks, and tabs among them", "EU   \tB-ORG\nrejects  O\n", undefined],
    ["Windows line ends and a byte-order mark", "\uFEFFEU B-ORG\r\nrejects O\r\n", undefined],
  ])("%s", async (_, content, unread) => {
    const { documents, notices } = await read(content);
    expect(documents.map(({ text }) => text)).toEqual(["EU rejects"]);
    expect(documents.map(entities)).toEqual([["EU/ORG"]]);
    expect(notices).toMatchObject([
      ...(unread ? [{ code: "unread-columns", locations: [{ detail: `columns ${unread}` }] }] : []),
      withoutRelations,
    ]);
  });

  test("sentences of a document that the file parts from others say of which", async () => {
    const { documents } = await read("-DOCSTART- O\n\nEU B-ORG\n\nVolt B-ORG\n\n-DOCSTART- O\n\nBonn B-LOC\n");
    expect(documents.map(({ id, metadata }) => [id, metadata])).toEqual([
      ["annotations-1", { document: "annotations-1" }],
      ["annotations-2", { document: "annotations-1" }],
      ["annotations-3", { document: "annotations-2" }],
    ]);
  });

  test("a token that is a number sign is no comment, a comment is no token", async () => {
    const { documents } = await read("# newpar\n# sent_id = s1\n# a b\nnumber O\n# B-SIGN\n5 I-SIGN\n");
    expect(documents.map(({ id, text }) => [id, text])).toEqual([["s1", "number # 5"]]);
    expect(documents.map(entities)).toEqual([["# 5/SIGN"]]);
  });

  test("Label Studio's export of columns is left to its JSON, unless it is asked for", async () => {
    const content = "-DOCSTART- -X- O\nEU -X- _ B-ORG\nrejects -X- _ O\n";
    expect(conll.detects(probeText(content))).toBe(false);
    expect((await read(content, { format: "conll" })).documents.map(entities)).toEqual([["EU/ORG"]]);
  });

  test("relations of words, without tags", async () => {
    const content = "# global.columns = id form\n# relations = 1;1;3;3;leads\n1\tAna\n2\tleads\n3\tVolt\n";
    const { documents, notices } = await read(content);
    expect(documents.map(entities)).toEqual([["Ana/", "Volt/"]]);
    expect(documents[0]!.relations).toEqual([{ head: 0, tail: 1, label: "leads" }]);
    expect(notices).toMatchObject([{ code: "untyped-argument", count: 2 }]);
  });

  test("columns that are named", async () => {
    const content = "B-ORG\tEU\nO\trejects\n";
    const { documents } = await read(content, { format: "conll", fields: "token=2,tags=1" });
    expect(documents.map(entities)).toEqual([["EU/ORG"]]);
    const failure = read(content, { format: "conll", fields: "token=3" });
    await expect(failure).rejects.toBeInstanceOf(UsageError);
    await expect(failure).rejects.toThrow('has no column "3"; it has 2 columns');
  });

  test("signs of the Penn Treebank are read as what they stand for", async () => {
    const { documents, notices } = await read("Volt B-ORG\n-LRB- O\nBonn B-LOC\n-RRB- O\n");
    expect(documents[0]!.text).toBe("Volt ( Bonn )");
    expect(notices).toMatchObject([{ code: "treebank-token" }, withoutRelations]);
  });

  test("are no failure, but nothing to learn from", async () => {
    const corpus = withFile("EU B-ORG\n\nBonn B-LOC\n", async (path) => {
      const { readCorpus } = await import("../read.ts");
      return readCorpus([path]);
    });
    await expect(corpus).rejects.toBeInstanceOf(NoDocumentsError);
    await expect(corpus).rejects.toThrow("column files that hold entities and no relations");
  });
});

describe("Flair's CoNLL-U Plus", () => {
  test("the text to the letter, relations by tokens from 1", async () => {
    const { documents, notices, formats } = await readPath(`${cases}train.conllup`);
    expect(formats).toEqual(["conll"]);
    expect(documents[0]).toMatchObject({ id: "train-1", text: "Ana Berg founded Volt." });
    expect(documents.map(entities)).toEqual([["Ana Berg/PER", "Volt/ORG"]]);
    expect(documents[0]!.relations).toEqual([{ head: 1, tail: 0, label: "founded_by" }]);
    expect(notices).toEqual([]);
  });

  const head = "# global.columns = id form ner\n# sentence_id = 7\n";
  const rows = "1\tAna\tB-PER\n2\tleads\tO\n3\tVolt\tB-ORG\n";

  test("several relations, with any label; one of tokens that are no entity is reported", async () => {
    const { documents, notices } = await read(`${head}# relations = 1;1;3;3;a|b;c|2;2;1;1;Rel(e2,e1)\n${rows}`);
    expect(documents[0]!.relations).toEqual([
      { head: 0, tail: 1, label: "a|b;c" },
      { head: 2, tail: 0, label: "Rel(e2,e1)" },
    ]);
    expect(documents.map(entities)).toEqual([["Ana/PER", "Volt/ORG", "leads/"]]);
    expect(notices).toMatchObject([{ code: "untyped-argument", count: 1, locations: [{ detail: '"leads" [4, 9)' }] }]);
  });

  test("two columns of tags hold nested entities", async () => {
    const content =
      "# global.columns = id form ner ner-2\n# doc_id = 12\n# sentence_id = 1\n# text = Bank of Italy\n" +
      "# relations = 3;3;1;3;in\n1\tBank\tB-ORG\tO\n2\tof\tI-ORG\tO\n3\tItaly\tI-ORG\tB-LOC\n";
    const { documents } = await read(content);
    expect(documents[0]).toMatchObject({ id: "12-1", metadata: { document: "12" }, relations: [{ head: 1, tail: 0 }] });
    expect(documents.map(entities)).toEqual([["Bank of Italy/ORG", "Italy/LOC"]]);
  });

  test("a text that the tokens are not those of is reported", async () => {
    const { documents, notices } = await read(`${head}# text = Anna leads Volt\n# relations = \n${rows}`);
    expect(documents[0]!.text).toBe("Ana leads Volt");
    expect(notices).toMatchObject([{ code: "text-differs", count: 1 }]);
  });

  test("comments that are not read are reported", async () => {
    const { notices } = await read(`${head}# lang = en\n# relations =\n${rows}`);
    expect(notices).toMatchObject([{ code: "unread-comments", count: 1, locations: [{ detail: "lang" }] }]);
  });

  test.each([
    [
      "a row of other columns",
      `${head}${rows}4\tx\n`,
      ":6: expected a row of 3 columns, as the file begins with, found 2",
    ],
    [
      "relations in other words",
      `${head}# relations = 1;3;a\n${rows}`,
      "head_first;head_last;tail_first;tail_last;label",
    ],
    [
      "a token too many",
      `${head}# relations = 1;1;3;4;a\n${rows}`,
      "expected tokens from 1 to 3 in a relation, found 3 to 4",
    ],
  ])("%s", async (_, content, message) => {
    await expect(read(content)).rejects.toBeInstanceOf(RecordError);
    await expect(read(content)).rejects.toThrow(message);
    const { documents, notices } = await read(`${content}\n# relations =\n${rows}`, { skipInvalid: true });
    expect(documents).toHaveLength(1);
    expect(notices).toMatchObject([{ code: "invalid-document", count: 1, total: 2 }]);
  });

  test("a text of several lines is written as tokens, which is reported", async () => {
    const context = writeContext();
    const document: Document = { id: "a", text: "Bonjour\nVolt", entities: [], relations: [] };
    await withWritten([document], conll, (path) => readBack(path, { format: "conll" }), context);
    expect(context.notices.list()).toMatchObject([{ code: "lost-exact-text", count: 1 }]);
  });
});

test("CoNLL-U is no file of entities, which is said where it is forced", async () => {
  const tree = readFileSync(`${cases}ud.conllu`, "utf8");
  expect(conll.detects(probeText(tree))).toBe(false);
  const failure = readPath(`${cases}ud.conllu`, { format: "conll" });
  await expect(failure).rejects.toBeInstanceOf(RecordError);
  await expect(failure).rejects.toThrow("found ten columns and none, as in CoNLL-U, which holds syntax, no entities");
});

test.each([
  ["prose", "O my love is like a red, red rose\nThat's newly sprung in June\n"],
  ["a table", "text\thead\ttail\tlabel\nEU rejects\tEU\trejects\tO\n"],
  ["one column", "O\nO\nB-PER\n"],
  ["JSON", '[\n  {"a": "B-PER"},\n  {"a": "O"}\n]\n'],
  ["WebAnno TSV", "#FORMAT=WebAnno TSV 3.3\n\n#Text=EU\n1-1\t0-2\tEU\tORG\t_\n"],
  ["standoff", "T1\tORG 0 2\tEU\n"],
])("%s is none", (_, content) => {
  expect(detectFormat(probeText(content))?.name).not.toBe("conll");
});

test("the example holds the documents of relata's but for their metadata", async () => {
  const bare = (documents: Document[]): unknown[] => documents.map((document) => facts({ ...document, metadata: {} }));
  const example = await readBack(`${root}examples/formats/conll.conllup`);
  expect(bare(example)).toEqual(bare(await readBack(`${root}examples/formats/relata.jsonl`)));
});

test("what begins like the format and is not, is an error that a person can mend", async () => {
  const content = "# global.columns = id form ner\n# relations = 1;1;3;3;a\n1\tAna\tB-PER\n2\tin\tO\n3\tVolt\tB-ORG\n";
  const change = fc.record({ at: fc.nat(content.length), text: fc.constantFrom("\t", "\n", "#", ";", "|", "9", "") });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, text }) => {
      const changed = content.slice(0, at) + text + content.slice(at + 1);
      const error = await read(changed, { format: "conll" }).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(error === undefined || [64, 65].includes((error as { exitCode?: number }).exitCode!)).toBe(true);
    }),
    { numRuns: 100 },
  );
});
