// The annotations of a file, counted by hand, equal those read and those reported as lost.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { amountsOf, nothing, plus, type Amounts } from "../src/corpus/amounts.ts";
import { readDocuments } from "../src/formats/read.ts";
import { CorpusReading } from "../src/formats/reading.ts";
import { formatSettings, type FormatSettings } from "../src/formats/settings.ts";
import type { FormatName } from "../src/formats/names.ts";

interface Case {
  readonly format: FormatName;
  readonly files: Readonly<Record<string, string>>;
  readonly settings?: Partial<FormatSettings>;
  readonly kept: Partial<Amounts>;
  readonly lost: Partial<Amounts>;
}

const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join("");

const sofa = (id: number, name: string, text: string): object => ({
  "%ID": id,
  "%TYPE": "uima.cas.Sofa",
  sofaNum: id,
  sofaID: name,
  sofaString: text,
});
const mark = (id: number, begin: number, end: number, more: object): object => ({
  "%ID": id,
  "%TYPE": "custom.Person",
  "@sofa": 1,
  begin,
  end,
  ...more,
});
const casJson = JSON.stringify({
  "%TYPES": {},
  "%FEATURE_STRUCTURES": [
    sofa(1, "_InitialView", "Eve pays Dan"),
    sofa(2, "page", "<b>Eve</b> pays Dan"),
    mark(3, 0, 3, { value: "PER", identifier: "http://example.org/Q7", confidence: 0.5 }),
    mark(4, 9, 12, { value: "PER", note: "" }),
    {
      "%ID": 5,
      "%TYPE": "custom.Pays",
      "@sofa": 1,
      "@source": 3,
      "@target": 4,
      begin: 9,
      end: 12,
      label: "pays",
      sure: true,
    },
  ],
  "%VIEWS": {
    _InitialView: { "%SOFA": 1, "%MEMBERS": [3, 4, 5] },
    page: { "%SOFA": 2, "%MEMBERS": [] },
  },
});

const xmi = `<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:c="http:///custom.ecore" xmi:version="2.0">
<c:Person xmi:id="3" sofa="1" begin="0" end="3" value="PER" role="payer"/>
<c:Person xmi:id="4" sofa="1" begin="9" end="12" value="PER"/>
<c:Pays xmi:id="5" sofa="1" begin="9" end="12" source="3" target="4" label="pays"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="Eve pays Dan"/>
<cas:View sofa="1" members="3 4 5"/></xmi:XMI>`;

const cases: readonly Case[] = [
  {
    format: "brat",
    files: {
      "a.txt": "Eve pays Dan and Kim",
      "a.ann": lines(
        "T1\tPER 0 3\tEve",
        "T2\tPER 9 12\tDan",
        "T3\tPER 0 3;17 20\tEve Kim",
        "R1\tpays Arg1:T1 Arg2:T2",
        "R2\tbefore Arg1:R1 Arg2:T2",
        "R3\tpays Arg1:T3 Arg2:T2",
        "*\tsame T1 T3",
        "A1\tSure R1",
        "#1\tAnnotatorNotes T1\twho?",
      ),
    },
    settings: { discontinuous: "skip" },
    kept: { documents: 1, entities: 2, relations: 1 },
    lost: { entities: 1, relations: 3, annotations: 2 },
  },
  {
    format: "ddi",
    files: {
      "a.xml": `<document id="d"><sentence id="s" text="lithium, codeine, iron">
<entity id="e0" charOffset="0-6" type="drug" text="lithium"/><entity id="e1" charOffset="9-15" type="drug" text="codeine"/>
<entity id="e2" charOffset="18-21" type="drug" text="iron"/>
<pair id="p0" e1="e0" e2="e1" ddi="true" type="effect"/><pair id="p1" e1="e0" e2="e2" ddi="false"/></sentence></document>`,
    },
    kept: { documents: 1, entities: 3, relations: 1 },
    lost: { annotations: 1 },
  },
  {
    format: "timeml",
    files: {
      "a.tml": `<?xml version="1.0"?><TimeML><DOCID>d</DOCID><TEXT>Eve <EVENT eid="e1" class="STATE" stem="pay">paid</EVENT> on
<TIMEX3 tid="t1" type="DATE" value="2022-02-01">Tuesday</TIMEX3></TEXT>
<MAKEINSTANCE eiid="ei1" eventID="e1" tense="PAST" polarity="POS"/>
<TLINK lid="l1" eventInstanceID="ei1" relatedToTime="t1" relType="IS_INCLUDED" origin="hand"/></TimeML>`,
    },
    kept: { documents: 1, entities: 2, relations: 1 },
    lost: { other: 5 },
  },
  {
    format: "conll",
    files: {
      "a.conllup": lines(
        "# global.columns = text ner",
        "# text = Eve pays Dan",
        "# reviewed = yes",
        "# relations = 1;1;3;3;pays",
        "# relations = 3;3;1;1;paid_by|1;1;3;3;knows",
        "Eve\tB-PER",
        "pays\tO",
        "Dan\tB-PER",
        "",
      ),
    },
    kept: { documents: 1, entities: 2, relations: 1 },
    lost: { relations: 2, other: 1 },
  },
  {
    format: "multihead",
    files: {
      "a.txt": lines(
        "#doc 9",
        "0\tEve\tB-PER\t['pays', 'knows']\t[2, 2]",
        "1\tpays\tO\t['N']\t[1]",
        "2\tDan\tB-PER\t['N']\t[2]",
      ),
    },
    kept: { documents: 1, entities: 2, relations: 2 },
    lost: {},
  },
  {
    format: "tablert",
    files: {
      "a.json": JSON.stringify([
        {
          tokens: ["Eve", "pays", "Dan"],
          tags: ["U-PER", "O", "U-PER"],
          relations: [{ type: "pays", head: 0, tail: 1, score: 0.5 }],
          topic: "money",
        },
      ]),
    },
    kept: { documents: 1, entities: 2, relations: 1 },
    lost: { other: 2 },
  },
  {
    format: "scibert",
    files: {
      "a.jsonl": lines(
        JSON.stringify({ text: "[[ Eve ]] pays << Dan >>", label: "pays", metadata: [0, 0, 2, 2], rater: "x" }),
      ),
    },
    kept: { documents: 1, entities: 2, relations: 1 },
    lost: { other: 1 },
  },
  {
    format: "fewrel",
    files: {
      "a.json": JSON.stringify({
        pays: [
          {
            tokens: ["Eve", "pays", "Dan", "Dan"],
            h: ["eve", "Q7", [[0]]],
            t: ["dan", "", [[2], [3]]],
            origin: "hand",
          },
        ],
      }),
    },
    kept: { documents: 1, entities: 2, relations: 1 },
    lost: { annotations: 1, other: 2 },
  },
  {
    format: "inception",
    files: { "a.json": casJson },
    kept: { documents: 1, entities: 2, relations: 1 },
    lost: { other: 4 },
  },
  { format: "xmi", files: { "a.xmi": xmi }, kept: { documents: 1, entities: 2, relations: 1 }, lost: { other: 1 } },
  {
    format: "webanno",
    files: {
      "a.tsv": lines(
        "#FORMAT=WebAnno TSV 3.3",
        "#T_SP=custom.Person|role|value",
        "#T_RL=custom.Pays|label|BT_custom.Person",
        "",
        "",
        "#Text=Eve pays Dan",
        "1-1\t0-3\tEve\tpayer\tPER\t_\t_",
        "1-2\t4-8\tpays\t_\t_\t_\t_",
        "1-3\t9-12\tDan\t_\tPER\tpays\t1-1",
      ),
    },
    kept: { documents: 1, entities: 2, relations: 1 },
    lost: { other: 1 },
  },
];

test.each(cases)("$format", async ({ format, files, settings, kept, lost }) => {
  const folder = mkdtempSync(join(tmpdir(), "relata-losses-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const context = new CorpusReading({ settings: formatSettings.parse({ ...settings, format }) });
    let read = nothing;
    for await (const document of readDocuments(folder, context)) read = plus(read, amountsOf(document));
    const codes = context.notices.list().map(({ code }) => code);
    expect({ codes, read, lost: context.notices.lost }).toEqual({
      codes: expect.anything(),
      read: { ...nothing, ...kept },
      lost: { ...nothing, ...lost },
    });
    expect(codes.filter((code) => code.startsWith("unexplained"))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
