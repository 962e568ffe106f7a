import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { formatContract, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import type { Document } from "../../corpus/document.ts";
import { probeText } from "../source/probe.ts";
import { brat } from "./index.ts";

const plain = (document: Document): Document => ({
  ...document,
  entities: document.entities.map((entity) => ({ ...entity, type: entity.type.replace("Lieu précis", "Lieu_precis") })),
});

formatContract(brat, { expected: plain });

test("known by the name and the content together", () => {
  expect(brat.detects(probeText("T1\tACTION 0 4\tpart\n", "a/x.ann"))).toBe(true);
  expect(brat.detects(probeText("\uFEFF*\tEquiv T1 T2\n", "x.ann"))).toBe(true);
  expect(brat.detects(probeText("", "x.ann"))).toBe(true);
  expect(brat.detects(probeText("T1\tACTION 0 4\tpart\n", "x.txt"))).toBe(false);
  expect(brat.detects(probeText('{"id": 1}', "x.ann"))).toBe(false);
});

const text = "Le colis 📦 part\r\n  lundi.\tFin";
const document: Document = {
  id: "../été 1",
  text,
  entities: [
    { start: 3, end: 8, type: "OBJECT" },
    { start: 12, end: 25, type: "Lieu précis" },
    { start: 0, end: text.length, type: "" },
    { start: 12, end: 16, type: "Lieu precis" },
  ],
  relations: [
    { head: 0, tail: 1, label: "WHO_DO" },
    { head: 3, tail: 0, label: "same as" },
  ],
};

describe("written", () => {
  test("offsets in characters, a fragment per line, names that brat can store, labels declared", async () => {
    const context = writeContext({ symmetricLabels: new Set(["same as"]) });
    await withWritten(
      [document, { ...document, id: "CON" }],
      brat,
      async (folder) => {
        const file = (name: string): string => readFileSync(`${folder}/${name}`, "utf8");
        expect(file("%2E.%2F%C3%A9t%C3%A9%201.txt")).toBe(text);
        expect(file("%2E.%2F%C3%A9t%C3%A9%201.ann")).toBe(
          [
            "T1\tOBJECT 3 8\tcolis",
            "T2\tLieu_precis 11 15;19 24\tpart lundi",
            "T3\tEntity 0 15;19 29\tLe colis 📦 part lundi.\tFin",
            "T4\tLieu_precis_2 11 15\tpart",
            "R1\tWHO_DO Arg1:T1 Arg2:T2",
            "R2\tsame_as Arg1:T4 Arg2:T1",
            "",
          ].join("\n"),
        );
        expect(file("annotation.conf")).toBe(
          [
            "[entities]",
            "OBJECT",
            "Lieu_precis",
            "Entity",
            "Lieu_precis_2",
            "",
            "[relations]",
            "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>",
            "WHO_DO\tArg1:OBJECT, Arg2:Lieu_precis",
            "same_as\tArg1:Lieu_precis_2|OBJECT, Arg2:OBJECT|Lieu_precis_2, <REL-TYPE>:symmetric",
            "",
            "[events]",
            "",
            "[attributes]",
            "",
          ].join("\n"),
        );
        expect(await readBack(folder)).toMatchObject([
          { id: "../été 1", text, entities: [{ start: 3 }, { start: 12, end: 25 }, { end: text.length }, {}] },
          { id: "CON", text },
        ]);
      },
      context,
    );
    expect(context.notices.list()).toMatchObject([
      { code: "type-renamed", count: 4, locations: [{ detail: '"Lieu précis" as Lieu_precis' }, {}, {}, {}] },
    ]);
  });

  test("an id twice, and white space at the ends of a span, are reported", async () => {
    const rough = { ...document, id: "a", entities: [{ start: 2, end: 9, type: "X" }], relations: [] };
    const context = writeContext();
    await withWritten(
      [rough, rough],
      brat,
      async (folder) => {
        const read = await readBack(folder);
        expect(read.map(({ id }) => id)).toEqual(["a", expect.stringMatching(/^a~/)]);
        expect(read[0]!.entities).toEqual([{ start: 3, end: 8, type: "X" }]);
      },
      context,
    );
    expect(context.notices.list()).toMatchObject([
      { code: "lost-rough-spans", count: 2 },
      { code: "id-changed", count: 1 },
    ]);
  });
});

test("the example is what the writer makes of it", async () => {
  const folder = fileURLToPath(new URL("../../../examples/formats/brat", import.meta.url));
  const documents = await readBack(folder);
  expect(documents).toHaveLength(10);
  await withWritten(documents, brat, async (written) => {
    for (const name of ["annotation.conf", ...documents.flatMap(({ id }) => [`${id}.txt`, `${id}.ann`])]) {
      expect(readFileSync(`${folder}/${name}`, "utf8"), name).toBe(readFileSync(`${written}/${name}`, "utf8"));
    }
  });
});
