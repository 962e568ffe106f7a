import { expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { formatContract } from "../../../test/fixtures/format-contract.ts";
import { asOneRecord, threeEntities, written } from "../../../test/fixtures/pair-documents.ts";
import { surface } from "../../corpus/document.ts";
import { RecordError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { kbp37 } from "./index.ts";

formatContract(kbp37, {
  runs: 250,
  expected: (document, i) => {
    const kept = asOneRecord(kbp37, document);
    if (!kept) return undefined;
    // Read back as the signs that the Penn Treebank writes so.
    if (/''|``|-[LR][RCS]B-/.test(kept.text)) return undefined;
    const text = kept.text.replace(/[\t\r\n]/g, " ");
    const before = text.length - text.trimStart().length;
    const entities = kept.entities.map((entity) => ({
      ...entity,
      start: entity.start - before,
      end: entity.end - before,
    }));
    return { ...kept, id: String(i), text: text.trim(), entities };
  },
});

const read = (content: string, options?: ReadOptions): Promise<Corpus> =>
  withFile(content, (path) => readCorpus([path], options));

const records = [
  '0\t"  <e1> Le colis </e1> -LRB- petit -RRB- du <e2> voisin </e2> est la . "\nper:title(e2,e1)\n\n\n',
  '1\t"<e1>  </e1> et <e2> le voisin </e2> "\nno_relation\n\n\n',
  `2\t"L'<e1> avis </e1>, <e2>hier</e2>."\nno_relation\n\n\n`,
];

test("blanks inside of tags and quotes are no text, those outside of tags are", async () => {
  for (const content of [records.join(""), records.join("").replaceAll("\n", "\r\n")]) {
    const { documents, sources, notices } = await read(content);
    expect(sources).toMatchObject([{ formats: ["kbp37"] }]);
    expect(documents.map(({ id, text, relations }) => ({ id, text, relations }))).toEqual([
      {
        id: "0",
        text: "Le colis ( petit ) du voisin est la .",
        relations: [{ head: 1, tail: 0, label: "per:title" }],
      },
      { id: "2", text: "L'avis, hier.", relations: [] },
    ]);
    expect(documents.map((document) => document.entities.map((entity) => surface(document, entity)))).toEqual([
      ["Le colis", "voisin"],
      ["avis", "hier"],
    ]);
    expect(notices).toMatchObject([
      { code: "treebank-token", count: 1, locations: [{ line: 1, detail: "-LRB- as (" }] },
      { code: "empty-entity", count: 1, locations: [{ line: 5 }] },
    ]);
  }
});

test("Other is no label of this format", async () => {
  const failure = read(`${records[0]}9\t"<e1> a </e1> <e2> b </e2>"\nOtherwise\n`);
  await expect(failure).rejects.toBeInstanceOf(RecordError);
  await expect(failure).rejects.toThrow('a label Rel(e1,e2), Rel(e2,e1) or no_relation, found "Otherwise"');
});

test("written with blanks inside of the tags, ids from 0, two blank lines", async () => {
  const { text } = await written([threeEntities], kbp37);
  expect(text.split("\n\n\n")).toEqual([
    '0\t"Le <e1> colis </e1> 📦 <e2> part </e2> lundi."\nWHO_DO(e1,e2)',
    '1\t"Le <e1> colis </e1> 📦 part <e2> lundi </e2>."\nno_relation',
    '2\t"Le colis 📦 <e1> part </e1> <e2> lundi </e2>."\nTIME_OF_WHAT(e2,e1)',
    "",
  ]);
});
