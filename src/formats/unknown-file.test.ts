import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { withFile } from "../../test/fixtures/documents.ts";
import { zip } from "../../test/support/zip-writer.ts";
import { UnknownFormatError } from "../corpus/errors.ts";
import { formatNotice } from "../corpus/notices.ts";
import { readCorpus, type ReadOptions } from "./read.ts";

const cases = fileURLToPath(new URL("../../test/cases/", import.meta.url));

async function messageOf(path: string, options?: ReadOptions): Promise<string> {
  const error = await readCorpus([path], options).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(UnknownFormatError);
  return (error as Error).message;
}

const messageFor = (content: string | Uint8Array, options?: ReadOptions): Promise<string> =>
  withFile(content, async (path) => (await messageOf(path, options)).replace(`${path}: `, ""));

describe("a known stranger is named, with the way out", () => {
  test.each([
    ["06-ls-json-min/min.json", /Label Studio's export JSON_MIN\. It holds no relations\. .*export .* as "JSON"/],
    ["06-ls-json-min/project.csv", /Label Studio's export CSV or TSV\. It holds no relations\. .*export .* as "JSON"/],
    ["06-ls-json-min/project.conll", /Label Studio's export CoNLL2003\. It holds no relations\. .*export .* as "JSON"/],
    ["12-flair-conllu/ud.conllu", /CoNLL-U, .*hold no relations/],
    [
      "04-doccano-data-key/b.jsonl",
      /doccano 1\.5 or 1\.6 that lost its annotations.*a bug of those versions.*update doccano/,
    ],
    [
      "30-text-file-for-predict/plain.txt",
      /plain text, "John Smith works.*a model trained with --task entities finds them in bare text\..*"entities": \[\[0, 3\], \[8, 11\]\]/,
    ],
  ])("%s", async (file, expected) => {
    for (const skipInvalid of [false, true]) {
      const message = await messageOf(`${cases}${file}`, { skipInvalid });
      expect(message).toMatch(expected);
      expect(message).toMatch(/`relata data formats` lists the formats that are read\.$/);
      expect(message).not.toMatch(/--fields|--skip-invalid/);
      expect(message.length).toBeLessThan(700);
    }
  });
});

test.each([
  ["data", "relata", { text: "Ana met Bob", entities: [[0, 3]] }],
  [
    "results",
    "doccano",
    { id: 1, text: "Ana", entities: [{ id: 1, start_offset: 0, end_offset: 3, label: "A" }], relations: [] },
  ],
  ["sentences", "spert", { tokens: ["Ana"], entities: [{ type: "A", start: 0, end: 1 }], relations: [] }],
])("records in a list under the key %s are named, with the way out", async (key, format, record) => {
  const message = await messageFor(JSON.stringify({ version: 2, [key]: [record, record] }));
  expect(message).toContain(`records of the format ${format} in a list under the key "${key}"`);
  expect(message).toContain(`jq -c '.["${key}"][]' FILE > NEW.jsonl`);
});

test.each(["5", "null", "-1.5e3", '"Ana"', "[]", "{}", "[[], {}]"])("JSON without a record: %s", async (content) => {
  expect(await messageFor(content)).toContain("it looks like JSON without a record. Was the export finished?");
});

describe("a file of JSON: the nearest format and the keys that are missing", () => {
  test.each([
    [
      '[{"tokens": ["a"], "entities": []}]',
      'JSON with the keys "tokens", "entities". The nearest format is spert (docs/formats/spert.md), whose records have the keys "tokens", "entities", "relations"; missing: "relations".',
    ],
    [
      '{"text": "a", "entites": []}\n{"text": "a", "entites": []}\n',
      'JSON whose records have the keys "text", "entites". The nearest format is relata (docs/formats/relata.md), whose records have the keys "text", "entities"; missing: "entities" ("entites" may be meant for "entities").',
    ],
    [
      '{"text": "a", "entities": [{"from": 1}]}',
      'but what stands under its keys "text", "entities" is different; --format relata says where.',
    ],
    ['{"a": 1, "b": 2}', 'JSON with the keys "a", "b". No format has such keys.'],
    ["[]", "JSON without a record. Was the export finished?"],
    ['{"a', 'something that begins like JSON, "{\\"a", and is none.'],
    ["[1, 2]", "JSON, a list of numbers."],
    ["[[1], [2]]", "JSON, a list of lists."],
  ])("%s", async (content, expected) => expect(await messageFor(content)).toContain(expected));
});

describe("a table: its columns, and what would make pairs of them", () => {
  test.each([
    ["sentence,e1,e2,relation\na b,a,b,x\nc d,c,d,x\n", '--fields "text=sentence,head=e1,tail=e2,label=relation"'],
    ["Sentence\tSubject\tObject\na b\ta\tb\nc d\tc\td\n", '--fields "text=Sentence,head=Subject,tail=Object"'],
    ["a,b,c\n1,2,3\n4,5,6\n", "--fields text=COLUMN,head=COLUMN,tail=COLUMN,label=COLUMN"],
    [
      "annotator,kappa\na,0.8\nb,0.9\n",
      "A table of pairs has a text, a head and a tail on each row (docs/formats/csv.md).",
    ],
  ])("%j", async (content, expected) => {
    const message = await messageFor(content);
    expect(message).toContain("it looks like a table with the columns ");
    expect(message).toContain(expected);
  });
  test("the advice works", async () => {
    await withFile("sentence,e1,e2,relation\na b,a,b,x\nc d,c,d,x\n", async (path) => {
      const fields = /--fields "(.*?)"/.exec(await messageOf(path))![1];
      expect((await readCorpus([path], { fields })).documents).toHaveLength(2);
    });
  });
  test("--fields is not offered again after it was given, but for other names", async () => {
    const message = await messageFor("a,b,c\n1,2,3\n4,5,6\n", { fields: "text=x,head=y,tail=z" });
    expect(message).toContain("The names in --fields are to be those of the first row, to the letter. `relata");
    const meant = await messageFor("sentence,e1,e2\na b,a,b\nc d,c,d\n", { fields: "text=sentences,head=e1,tail=e2" });
    expect(meant).toContain('Are these meant: --fields "text=sentence,head=e1,tail=e2"?');
  });
});

test("XML, bytes, and the format that was asked for and is another", async () => {
  expect(await messageFor('<?xml version="1.0"?><corpus/>')).toContain("XML with the first element <corpus>.");
  expect(await messageFor(Buffer.from([1, 2, 3, 0, 0, 200, 201, 0, 0]))).toContain("a file of bytes that are no text.");
});

async function withFolder(
  files: Readonly<Record<string, string>>,
  check: (path: string) => Promise<void>,
): Promise<void> {
  await withFile("", async (file) => {
    const folder = join(dirname(file), "in");
    mkdirSync(folder);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    await check(folder);
  });
}

describe("folders", () => {
  test("each file is named with what it is, and the way out of the first", async () => {
    const files = { "a.xml": "<typeSystemDescription/>", "b.txt": "x", "c.csv": "annotator,kappa\na,1\n" };
    await withFolder(files, async (path) => {
      expect(await messageOf(path)).toMatch(
        /in: no file in a format that is read among its 3: a\.xml \(the type system.*\), b\.txt \(plain text, "x"\), c\.csv \(a table .*\)\. Of a\.xml: In INCEpTION, export /,
      );
    });
  });
  test("many", async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${100 + i}.md`, "x"]));
    await withFolder(files, async (path) => {
      const message = await messageOf(path);
      expect(message).toContain("among its 30: 100.md (");
      expect(message).toContain('104.md (plain text, "x") and 25 more. Of 100.md: ');
    });
  });
  test("a document of an office program is a zip of XML", async () => {
    const members = ["[Content_Types].xml", "xl/workbook.xml"].map((name) => ({
      name,
      data: Buffer.from("<Types/>"),
      isDeflated: false,
    }));
    await withFile(zip(members), async (path) => {
      expect(await messageOf(path)).toContain(
        "it looks like a document of an office program (docx, xlsx). Save a table as CSV",
      );
    });
  });
  test("--format of another format", async () => {
    await withFolder({ "a.jsonl": '{"text": "a b", "entities": [[0, 1]]}', "b.md": "x" }, async (path) => {
      expect(await messageOf(path, { format: "csv" })).toContain(
        'a.jsonl (the format relata), b.md (plain text, "x"). Of a.jsonl: Leave --format out to have it read as relata.',
      );
    });
  });

  test.each([
    ["in", 1, "chiemap.tsv (a table with the columns"],
    ["in2", 1, "scores.csv (a table with the columns"],
    ["in3", 2, "config.json (JSON with the keys"],
  ])(
    "a stray table or settings beside a corpus (%s) are left out and counted, the corpus is read",
    async (folder, count, detail) => {
      const { documents, notices } = await readCorpus([`${cases}28-stray-table/${folder}`]);
      expect(documents).toMatchObject([
        {
          entities: [
            { start: 0, end: 3 },
            { start: 8, end: 11 },
          ],
          relations: [{ head: 0, tail: 1, label: "met" }],
        },
      ]);
      expect(notices).toMatchObject([{ code: "unknown-file", count, total: count + 1 }]);
      expect(formatNotice(notices[0]!)).toContain(detail);
    },
  );
});
