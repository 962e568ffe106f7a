// dkpro-cassis and Relata read the same in each other's XMI (scripts/oracle/xmi.py).
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { cassisFacts, type CassisDocument } from "../../../test/fixtures/cassis-facts.ts";
import { readBack, withWritten } from "../../../test/fixtures/format-contract.ts";
import { xmi } from "./index.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
type Source = "examples" | "writtenByRelata" | "writtenByCassis";
const answers = JSON.parse(readFileSync(`${root}test/oracle/xmi/answers.json`, "utf8")) as Record<
  Source,
  CassisDocument[]
>;
const byId = (documents: readonly CassisDocument[]): CassisDocument[] =>
  documents.toSorted((a, b) => (a.id < b.id ? -1 : 1));

test.each<[Source, string]>([
  ["examples", "examples/formats/xmi"],
  ["writtenByCassis", "test/oracle/xmi/cassis"],
])("what cassis reads: %s", async (source, path) => {
  expect(byId((await readBack(root + path)).map(cassisFacts))).toEqual(byId(answers[source]));
});

test("what cassis reads of odd texts that were written here is what was given", async () => {
  const given = await readBack(`${root}test/oracle/xmi/odd.jsonl`);
  expect(byId(given.map(cassisFacts))).toEqual(byId(answers.writtenByRelata));
  // Today the same is written as then.
  await withWritten(given, xmi, async (path) => {
    expect(byId((await readBack(path)).map(cassisFacts))).toEqual(byId(answers.writtenByRelata));
  });
});
