import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { formatContract } from "../../../test/fixtures/format-contract.ts";
import { surface, type Document } from "../../corpus/document.ts";
import { RecordError, UnknownEntityError } from "../../corpus/errors.ts";
import type { Notice } from "../../corpus/notices.ts";
import { UsageError } from "../../errors.ts";
import { readCorpus, readDocuments } from "../read.ts";
import { CorpusReading } from "../reading.ts";
import { formatSettings, type FormatSettings } from "../settings.ts";
import { probeText } from "../source/probe.ts";
import { webanno } from "./index.ts";

formatContract(webanno);

test("known by its first line", () => {
  expect(webanno.detects(probeText("\uFEFF#FORMAT=WebAnno TSV 3.2\n"))).toBe(true);
  expect(webanno.detects(probeText("#FORMAT=WebAnno TSV 3.3\r\n#T_SP=a|b"))).toBe(true);
  expect(webanno.detects(probeText("1-1\t0-3\tAna\n"))).toBe(false);
});

test("a document as INCEpTION exports it", async () => {
  const path = fileURLToPath(new URL("../../../test/cases/11-inception-exports/doc.tsv", import.meta.url));
  const { documents, notices } = await readCorpus([path]);
  expect(documents).toMatchObject([
    {
      id: "doc",
      text: "Ana met Bob .",
      entities: [
        { start: 0, end: 3, type: "PER" },
        { start: 8, end: 11, type: "PER" },
      ],
      relations: [{ head: 0, tail: 1, label: "knows" }],
    },
  ]);
  expect(notices).toEqual([]);
});

interface Reading {
  readonly document: Document;
  readonly documents: Document[];
  readonly notices: Notice[];
}

async function read(content: string, settings: Partial<FormatSettings> = {}): Promise<Reading> {
  const folder = mkdtempSync(join(tmpdir(), "relata-webanno-"));
  try {
    writeFileSync(join(folder, "mail 1.tsv"), content);
    const context = new CorpusReading({ settings: formatSettings.parse(settings) });
    const documents: Document[] = [];
    for await (const document of readDocuments(join(folder, "mail 1.tsv"), context)) documents.push(document);
    return { document: documents[0]!, documents, notices: context.notices.list() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const file = (layers: readonly string[], ...sentences: readonly (readonly string[])[]): string =>
  [
    "#FORMAT=WebAnno TSV 3.3",
    ...layers,
    "",
    ...sentences.flatMap((lines) => ["", ...lines.map((line) => (line.startsWith("#") ? line : `${line}\t`))]),
    "",
  ].join("\n");

const words = ({ document }: Reading): string[] =>
  document.entities.map((entity) => `${surface(document, entity)} ${entity.type}`.trim());

const arcs = ({ document }: Reading): string[] =>
  document.relations.map(({ head, tail, label }) => `${head} ${label} ${tail}`);

const counts = ({ notices }: Reading): Record<string, number> =>
  Object.fromEntries(notices.map(({ code, count }) => [code, count]));

const person = "#T_SP=webanno.custom.Person|value";
const knows = "#T_RL=webanno.custom.Knows|label|BT_webanno.custom.Person";

describe("annotations", () => {
  test("over several tokens, stacked, without a value, on a part of a token, over two sentences", async () => {
    const reading = await read(
      file(
        [person],
        [
          "#Sentence.id=s1",
          "#Text=Ana Lind met",
          "1-1\t0-3\tAna\tPER[1]|*",
          "1-2\t4-8\tLind\tPER[1]|X[2]|X[3]",
          "1-3\t9-12\tmet\t_",
        ],
        ["#Text=Bobs.", "2-1\t13-17\tBobs\tX[3]", "2-1.1\t13-16\tBob\tPER", "2-2\t17-18\t.\t_"],
      ),
    );
    expect(reading.document.text).toBe("Ana Lind met\nBobs.");
    expect(words(reading)).toEqual(["Ana Lind PER", "Ana", "Lind X", "Lind met\nBobs X", "Bob PER"]);
    expect(counts(reading)).toEqual({ "untyped-entity": 1, "span-cuts-word": 1 });
  });

  test("relations by token and number, to what comes later too; several on one token", async () => {
    const reading = await read(
      file(
        [person, knows],
        [
          "#Text=Ana met Bob",
          "1-1\t0-3\tAna\tPER[1]|NOM[2]\tsees|hears\t1-3[0_2]|1-3[0_1]",
          "1-2\t4-7\tmet\t_\t_\t_",
          "1-3\t8-11\tBob\tPER\t*\t1-1[2_0]",
        ],
      ),
    );
    expect(words(reading)).toEqual(["Ana PER", "Ana NOM", "Bob PER"]);
    expect(arcs(reading)).toEqual(["2 sees 1", "2 hears 0"]);
    expect(counts(reading)).toEqual({ "unlabelled-relation": 1 });
  });

  test("slot features: a relation for each link, its role the label", async () => {
    const event =
      "#T_SP=webanno.custom.My_Event|kind|ROLE_webanno.custom.My_Event:the_parts_webanno.custom.My_EventThe_partsLink|uima.tcas.Annotation";
    const reading = await read(
      file(
        [event, person],
        [
          "#Text=Ana met Bob",
          "1-1\t0-3\tAna\t_\t_\t_\tPER",
          "1-2\t4-7\tmet\tMEET[7]\tA\\;G;*;B[7]\t1-1;1-1;1-3[3]\t_",
          "1-3\t8-11\tBob\tOTHER\t_\t_\tPER[3]|NOM[4]",
        ],
      ),
    );
    expect(words(reading)).toEqual(["met MEET", "Bob OTHER", "Ana PER", "Bob PER", "Bob NOM"]);
    expect(arcs(reading)).toEqual(["0 A;G 2", "0 B 3"]);
    expect(counts(reading)).toEqual({ "pooled-layers": 1, "unlabelled-relation": 1 });
  });

  test("a layer without features gives its name; built-in layers beside it are passed over; chains are counted", async () => {
    const reading = await read(
      file(
        [
          "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue",
          "#T_SP=webanno.custom.Person|",
          "#T_CH=de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceLink|referenceRelation|referenceType",
        ],
        [
          "#Text=Ana met her",
          "1-1\t0-3\tAna\tNE\t*\t*->1-1\tname",
          "1-2\t4-7\tmet\tVB\t_\t_\t_",
          "1-3\t8-11\ther\tPR\t_\t*->1-1\tpron",
        ],
      ),
    );
    expect(words(reading)).toEqual(["Ana Person"]);
    expect(counts(reading)).toEqual({ "layer-as-type": 1, chain: 2 });
    expect(reading.notices.find(({ code }) => code === "chain")?.lost).toMatchObject({ annotations: 2 });
  });

  test("dependencies between tokens, where there is no layer of the project", async () => {
    const reading = await read(
      file(
        [
          "#T_RL=de.tudarmstadt.ukp.dkpro.core.api.syntax.type.dependency.Dependency|DependencyType|BT_de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token",
        ],
        ["#Text=Ana met", "1-1\t0-3\tAna\tnsubj\t1-2", "1-2\t4-7\tmet\t_\t_"],
      ),
    );
    expect(words(reading).sort()).toEqual(["Ana", "met"]);
    expect(reading.document.relations).toMatchObject([{ label: "nsubj" }]);
  });

  test("--fields names layers and features; the ends of a relation have no names here", async () => {
    const content = file(
      ["#T_SP=a.B|value|kind", "#T_SP=a.C|value"],
      ["#Text=Ana met", "1-1\t0-3\tAna\tx\tPER\ty", "1-2\t4-7\tmet\t_\t_\tz"],
    );
    expect(words(await read(content, { fields: "entity=a.B,type=kind" }))).toEqual(["Ana PER"]);
    expect(words(await read(content, { fields: "type=layer" }))).toEqual(["Ana B", "Ana C", "met C"]);
    await expect(read(content, { fields: "source=Governor" })).rejects.toBeInstanceOf(UsageError);
  });
});

describe("the text", () => {
  const at = (start: number, word: string): string => `${start}-${start + word.length}\t${word}\tPER`;

  test("lines of a sentence, blanks before it and between sentences, escapes", async () => {
    const reading = await read(
      file(
        [person],
        ["#Text=Ana\\\\t\\t", "#Text=met", `1-1\t${at(2, "Ana\\t")}`, `1-2\t${at(9, "met")}`],
        ["#Text=Bob", `2-1\t${at(14, "Bob")}`],
        ["#Text=Eve", `3-1\t${at(17, "Eve")}`],
      ),
    );
    expect(reading.document.text).toBe("  Ana\\t\t\nmet\n BobEve");
    expect(words(reading)).toEqual(["Ana\\t PER", "met PER", "Bob PER", "Eve PER"]);
  });

  test("offsets in UTF-16 code units; in code points where the words say so, or --offset-unit", async () => {
    const box = (start: number, size: number): string => `${start}-${start + size}\t📦\t_`;
    const lines = (size: number): string =>
      file(
        [person],
        ["#Text=📦 Ana", `1-1\t${box(0, size)}`, `1-2\t${at(size + 1, "Ana")}`],
        ["#Text=📦 Bob", `2-1\t${box(size + 5, size)}`, `2-2\t${at(2 * size + 6, "Bob")}`],
      );
    const inCodeUnits = await read(lines(2));
    expect(words(inCodeUnits)).toEqual(["Ana PER", "Bob PER"]);
    expect(inCodeUnits.notices).toEqual([]);
    const points = await read(lines(1));
    expect(words(points)).toEqual(["Ana PER", "Bob PER"]);
    expect(counts(points)).toEqual({ "other-offset-unit": 1 });
    const forced = await read(lines(1), { offsetUnit: "code-point" });
    expect(words(forced)).toEqual(["Ana PER", "Bob PER"]);
    expect(forced.notices).toEqual([]);
  });

  test("Windows line ends and a byte-order mark", async () => {
    const content = `\uFEFF${file([person], ["#Text=Ana", "1-1\t0-3\tAna\tPER"]).replaceAll("\n", "\r\n")}`;
    expect(words(await read(content))).toEqual(["Ana PER"]);
  });
});

test.each([
  [
    "too few columns",
    file([person, knows], ["#Text=Ana", "1-1\t0-3\tAna\tPER"]),
    RecordError,
    /:7: expected 6 columns/,
  ],
  ["no token", file([person], ["#Text=Ana", "Ana\tPER"]), RecordError, /expected a token/],
  ["no type of a layer", file(["#T_SP="], []), RecordError, /expected the type of a layer/],
  [
    "a sentence before the one before it",
    file([person], ["#Text=Ana met", "1-1\t0-3\tAna\t_"], ["#Text=Bob", "2-1\t2-5\tBob\t_"]),
    RecordError,
    /expected a sentence that begins at 7 or later, found one at 2/,
  ],
  [
    "a gap without end",
    file([person], ["#Text=Ana", "1-1\t9999999999-9999999999\tAna\t_"]),
    RecordError,
    /expected sentences close to each other/,
  ],
  [
    "a relation with no annotation",
    file([person, knows], ["#Text=Ana met", "1-1\t0-3\tAna\tPER\tA\t1-2", "1-2\t4-7\tmet\t_\t_\t_"]),
    UnknownEntityError,
    /cites entity 1-2, which does not exist; the ids of this text are 1-1/,
  ],
  [
    "a cell of millions",
    file([person], ["#Text=Ana", `1-1\t0-3\tAna\t${"*|".repeat(2 ** 20)}`]),
    RecordError,
    /a row of at most/,
  ],
])("%s is refused, or with --skip-invalid counted", async (_, content, error, message) => {
  await expect(read(content)).rejects.toBeInstanceOf(error);
  await expect(read(content)).rejects.toThrow(message);
  const { documents, notices } = await read(content, { skipInvalid: true });
  expect(documents).toEqual([]);
  expect(notices).toMatchObject([{ code: "invalid-document", count: 1 }]);
});
