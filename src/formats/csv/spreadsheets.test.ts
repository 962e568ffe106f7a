// Tables as Excel and LibreOffice save them: their encodings, delimiters and line ends.
import { expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { surface } from "../../corpus/document.ts";
import { EncodingError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";

const rows = [
  ["text", "head", "tail", "head_start", "head_end", "tail_start", "tail_end", "label"],
  ["Zoë paie 5 € à Anaïs.", "Zoë", "Anaïs", "0", "3", "15", "20", "PAYS"],
  ["Un «\nœuf\n» de Zoë, cher; dit-on.", "œuf", "Zoë", "5", "8", "14", "17", "DE"],
  ["Ana met Bob.", "Ana", "Bob", "0", "3", "8", "11", "MET"],
];

/** The table as text; line ends in quoted fields are those of the rows, as Excel writes them. */
const table = (delimiter: string, lineEnd = "\r\n"): string =>
  rows
    .map((row) => row.map((field) => (/[\n;,\t]/.test(field) ? `"${field}"` : field)).join(delimiter) + lineEnd)
    .join("");

/** In Windows-1252: € and œ are not in Latin-1. */
const windows = (text: string): Buffer =>
  Buffer.from(text.replaceAll("€", "\u0080").replaceAll("œ", "\u009c"), "latin1");
const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, "utf16le");

const read = (content: string | Uint8Array, options: ReadOptions = { format: "csv" }): Promise<Corpus> =>
  withFile(content, (path) => readCorpus([path], options));
const codes = ({ notices }: Corpus): string[] => notices.map(({ code }) => code);

test.each([
  ["UTF-8 with a mark, CR LF, semicolons", Buffer.from(`\uFEFF${table(";")}`), []],
  ["UTF-8, CR, commas", Buffer.from(table(",", "\r")), []],
  ["sep=; as the first line", Buffer.from(`sep=;\r\n${table(";")}`), []],
  ["a mark before sep=", Buffer.from(`\uFEFFsep=;\r\n${table(";")}`), []],
  ["sep= with another sign", Buffer.from(`"sep=~"\n${table("~", "\n")}`), []],
  ["Windows-1252, semicolons", windows(table(";")), ["windows-1252"]],
  ["Windows-1252 after sep=", windows(`sep=\t\r\n${table("\t")}`), ["windows-1252"]],
  ["UTF-16 with a mark, tabs (Unicode Text)", utf16(table("\t")), ["utf-16"]],
  ["UTF-16, big-endian", utf16(table(",")).swap16(), ["utf-16"]],
])("%s", async (_, content, expected) => {
  const corpus = await read(content);
  expect(corpus.documents.map(({ text }) => text)).toEqual(rows.slice(1).map(([text]) => text));
  for (const [i, document] of corpus.documents.entries()) {
    expect(document.entities.map((entity) => surface(document, entity))).toEqual(rows[i + 1]!.slice(1, 3));
    expect(document.relations).toMatchObject([{ label: rows[i + 1]![7] }]);
    expect(document.id).toMatch(new RegExp(`-${i + 1}$`));
  }
  expect(codes(corpus)).toEqual(expected);
  expect(corpus.sources[0]!.bytes).toBe(content.length);
});

test("names of columns beyond ASCII are found in Windows-1252 as well", async () => {
  const content = windows("Überschrift;von;nach;Verhältnis\r\nZoë ruft Ana;Zoë;Ana;x\r\n");
  const fields = "text=Überschrift,head=von,tail=nach,label=Verhältnis";
  expect((await read(content, { format: "csv", fields })).documents).toHaveLength(1);
});

test("a row in another encoding than the rows before it, and encodings that are not western, are no guess", async () => {
  const cyrillic = Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x2c, 0xcf, 0xf0, 0x2c, 0xe5, 0xf2, 0x2c, 0x78]);
  for (const content of [
    Buffer.concat([Buffer.from("text,head,tail,label\nZoë dort,Zoë,dort,x\n"), windows("Zoë dort,Zoë,dort,x\n")]),
    Buffer.concat([Buffer.from("text,head,tail,label\n"), cyrillic]),
    Buffer.concat([
      Buffer.from("text,head,tail,label\n"),
      Buffer.from([0x61, 0x20, 0x81, 0x62]),
      Buffer.from(",a,b,x"),
    ]),
  ])
    await expect(read(content)).rejects.toBeInstanceOf(EncodingError);
});

test("other files in UTF-16 are refused as before", async () => {
  await expect(read(utf16('{"text": "Ana met Bob"}\n'), {})).rejects.toBeInstanceOf(EncodingError);
});

const sentences = (...texts: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(
    ["text,head,tail,type,label\r\n", ...texts].map((one) => (typeof one === "string" ? Buffer.from(one) : one)),
  );

test("UTF-8 with a broken byte is no Windows-1252, in the row of the byte or after it", async () => {
  const good = "Zoé lives in Nîmes,Zoé,Nîmes,PERSON,lives_in\r\n";
  const broken = Buffer.concat([
    Buffer.from("Zoé visited Orl"),
    Buffer.from([0xe9]),
    Buffer.from("ans near Nîmes,Zoé,Nîmes,PERSON,in\r\n"),
  ]);
  const alone = Buffer.concat([
    Buffer.from("Ana visited Orl"),
    Buffer.from([0xe9]),
    Buffer.from("ans,Ana,visited,PERSON,in\r\n"),
  ]);
  for (const content of [sentences(broken, good), sentences(alone, good), sentences(good, alone)])
    await expect(read(content)).rejects.toThrow(EncodingError);
});

test("a quotation in capitals is western, long names of labels do not make Cyrillic so", async () => {
  const quoted = sentences(windows("Ana dit «CAFÉ» fort,Ana,dit,PERSON,says\r\n"));
  expect((await read(quoted)).documents.map(({ text }) => text)).toEqual(["Ana dit «CAFÉ» fort"]);
  const cyrillic = Buffer.from(
    Array.from("Иван работает в Газпром", (one) => (one === " " ? 32 : one.codePointAt(0)! - 0x410 + 0xc0)),
  );
  const row = Buffer.concat([
    cyrillic,
    Buffer.from(","),
    cyrillic.subarray(0, 4),
    Buffer.from(","),
    cyrillic.subarray(16),
    Buffer.from(",ORGANIZATION,employee_of_a_company\r\n"),
  ]);
  await expect(read(sentences(row))).rejects.toThrow(EncodingError);
});
