import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { cassisFacts, type CassisDocument } from "../../../test/fixtures/cassis-facts.ts";
import { formatContract, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import type { Document } from "../../corpus/document.ts";
import { probeText } from "../source/probe.ts";
import { inception } from "./index.ts";

formatContract(inception);

test("known by the keys of a CAS", () => {
  expect(inception.detects(probeText('\uFEFF{ "%TYPES" : { }, "%FEATURE_STRUCTURES" : [ ] }', "x.json"))).toBe(true);
  expect(inception.detects(probeText('{"%FEATURE_STRUCTURES": []}', "x"))).toBe(true);
  expect(inception.detects(probeText('{"TYPES": {}}', "x.json"))).toBe(false);
  expect(inception.detects(probeText('T1\tX 0 4\t{"%TYPES": 1}', "x.json"))).toBe(false);
});

const document: Document = {
  id: "été/1",
  text: "Le colis 📦 part\r\nlundi.",
  entities: [
    { start: 12, end: 16, type: "ACTION" },
    { start: 18, end: 23, type: "" },
  ],
  relations: [{ head: 0, tail: 1, label: "DO_WHEN" }],
};

describe("written", () => {
  test("a CAS with its types, offsets in UTF-16, a relation where its target is", async () => {
    await withWritten([document], inception, async (folder) => {
      const cas = JSON.parse(readFileSync(`${folder}/%C3%A9t%C3%A9%2F1.json`, "utf8")) as object;
      expect(Object.keys(cas)).toEqual(["%TYPES", "%FEATURE_STRUCTURES", "%VIEWS"]);
      expect(cas).toMatchObject({
        "%TYPES": {
          "custom.Entity": { "%SUPER_TYPE": "uima.tcas.Annotation", value: { "%RANGE": "uima.cas.String" } },
          "custom.Relation": { Governor: { "%RANGE": "custom.Entity" }, Dependent: { "%NAME": "Dependent" } },
        },
        "%FEATURE_STRUCTURES": [
          { "%ID": 1, "%TYPE": "uima.cas.Sofa", sofaString: document.text },
          { "%ID": 2, begin: 0, end: 24, documentTitle: "été/1" },
          { "%ID": 3, "%TYPE": "custom.Entity", "@sofa": 1, begin: 12, end: 16, value: "ACTION" },
          { "%ID": 4, begin: 18, end: 23 },
          {
            "%ID": 5,
            "%TYPE": "custom.Relation",
            begin: 18,
            end: 23,
            "@Governor": 3,
            "@Dependent": 4,
            label: "DO_WHEN",
          },
        ],
        "%VIEWS": { _InitialView: { "%SOFA": 1, "%MEMBERS": [2, 3, 4, 5] } },
      });
      expect(await readBack(folder)).toMatchObject([document]);
    });
  });

  test("with the names of a project's own layers", async () => {
    const fields = "entity=webanno.custom.Mark,type=kind,relation=webanno.custom.Arc,source=from,target=to,label=is";
    await withWritten(
      [document],
      inception,
      async (folder) => {
        const content = readFileSync(`${folder}/%C3%A9t%C3%A9%2F1.json`, "utf8");
        expect(content).toContain('"@from": 3');
        expect(content).not.toContain("Governor");
        const named = await readBack(folder, { fields });
        expect(named).toMatchObject([document]);
        expect(await readBack(folder)).toMatchObject([{ relations: document.relations }]);
      },
      writeContext({ fields }),
    );
  });

  test("an id twice gives two files", async () => {
    await withWritten([document, document], inception, async (folder) => {
      expect(readdirSync(folder)).toHaveLength(2);
    });
  });
});

const examples = fileURLToPath(new URL("../../../examples/formats/inception", import.meta.url));

test("dkpro-cassis reads in the examples what we read", async () => {
  const oracle = new URL("../../../test/oracle/inception.json", import.meta.url);
  const { documents } = JSON.parse(readFileSync(oracle, "utf8")) as { documents: CassisDocument[] };
  const read = await readBack(examples);
  expect(read).toHaveLength(10);
  expect(read.map(cassisFacts)).toEqual(documents);
});

test("the examples are what the writer makes of them", async () => {
  const documents = await readBack(examples);
  await withWritten(documents, inception, async (written) => {
    for (const { id } of documents) {
      expect(readFileSync(`${examples}/${id}.json`, "utf8")).toBe(readFileSync(`${written}/${id}.json`, "utf8"));
    }
  });
});
