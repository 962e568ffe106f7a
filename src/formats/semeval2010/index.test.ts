import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeDocument } from "../../../test/fixtures/documents.ts";
import { formatContract } from "../../../test/fixtures/format-contract.ts";
import { asOneRecord, sharedData, threeEntities, written } from "../../../test/fixtures/pair-documents.ts";
import { kbp37 } from "../kbp37/index.ts";
import { readCorpus } from "../read.ts";
import { probeText } from "../source/probe.ts";
import { semeval2010 } from "./index.ts";

formatContract(semeval2010, {
  runs: 250,
  expected: (document, i) => {
    const kept = asOneRecord(semeval2010, document);
    return kept && { ...kept, id: String(i + 1), text: kept.text.replace(/[\t\r\n]/g, " ") };
  },
});

test("every two entities once, the first in the text as e1, the direction in the label", async () => {
  const { text, notices } = await written([threeEntities], semeval2010);
  expect(text).toBe(
    [
      '1\t"Le <e1>colis</e1> 📦 <e2>part</e2> lundi."\nWHO_DO(e1,e2)\nComment:\n\n',
      '2\t"Le <e1>colis</e1> 📦 part <e2>lundi</e2>."\nOther\nComment:\n\n',
      '3\t"Le colis 📦 <e1>part</e1> <e2>lundi</e2>."\nTIME_OF_WHAT(e2,e1)\nComment:\n\n',
    ].join(""),
  );
  const codes = ["lost-many-entities", "lost-entity-types", "lost-ids"];
  expect(notices.map(({ code }) => code)).toEqual(codes);
});

test("what a line cannot hold", async () => {
  const broken = makeDocument("a", "un\r\ndeux\ttrois", ["un", "deux"], [[1, 0, "x"]]);
  const tagged = makeDocument("b", "un <e1>deux</e1>", ["un", "deux"]);
  const { text, notices } = await written([broken, tagged], semeval2010);
  expect(text).toBe('1\t"<e1>un</e1>  <e2>deux</e2> trois"\nx(e2,e1)\nComment:\n\n');
  expect(notices).toMatchObject([
    { code: "lost-entity-types" },
    { code: "lost-ids" },
    { code: "line-break", count: 1 },
    { code: "tag-in-text", count: 1 },
  ]);
});

test("a file of either format is not taken for the other", () => {
  const semeval = '1\t"A <e1>parcel</e1> for <e2>us</e2>"\nDo-When(e1,e2)\n';
  const labelled = semeval.replace("Do-When", "per:title");
  const blanks = semeval.replaceAll(/(<e.>)(\w+)(<.e.>)/g, "$1 $2 $3");
  const others = `${labelled}\n2\t"A <e1>a</e1> <e2>b</e2>"\nOther\nComment:\n`;
  for (const [head, format] of [
    [semeval, semeval2010],
    [others, semeval2010],
    [labelled, kbp37],
    [blanks, kbp37],
    [semeval.replace("Do-When(e1,e2)", "no_relation"), kbp37],
    [`\uFEFF${blanks.replaceAll("\n", "\r\n")}`, kbp37],
  ] as const) {
    for (const other of [semeval2010, kbp37]) expect(other.detects(probeText(head)), head).toBe(other === format);
  }
});

const folder = sharedData("semeval2010_task8");

test.skipIf(!existsSync(folder))("the release, and written again (needs ../shared/data)", async () => {
  const path = `${folder}/TEST_FILE_FULL.TXT`;
  const { documents, sources, notices } = await readCorpus([path]);
  expect(sources).toMatchObject([{ formats: ["semeval2010"], documents: 2717 }]);
  expect(documents.filter(({ relations }) => relations.length === 0)).toHaveLength(454);
  expect(notices.map(({ code }) => code).filter((code) => code !== "span-cuts-word")).toEqual([]);
  const { text } = await written(documents, semeval2010);
  const withoutComments = (text: string): string[] =>
    text
      .replaceAll(/\r/g, "")
      .split("\n")
      .filter((line) => line.trim() !== "" && !line.startsWith("Comment"));
  const release = withoutComments(readFileSync(path, "utf8")).map((line) => line.replace(/^\d+\t/, "").trimEnd());
  expect(withoutComments(text).map((line) => line.replace(/^\d+\t/, ""))).toEqual(release);
});
