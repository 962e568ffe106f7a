import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { annottoLine, makeDocument, withFile } from "../../../test/fixtures/documents.ts";
import { formatContract, readBack } from "../../../test/fixtures/format-contract.ts";
import { surface } from "../../corpus/document.ts";
import { readDocuments } from "../read.ts";
import { CorpusReading } from "../reading.ts";
import { formatSettings } from "../settings.ts";
import { probeText } from "../source/probe.ts";
import { annotto } from "./index.ts";

formatContract(annotto);

const line = annottoLine(makeDocument("a", "un deux", ["un", "deux"]));

describe("what is an export of annotations", () => {
  const { item, annotation } = JSON.parse(line) as { item: object; annotation: object };
  test.each([
    ["older exports", line],
    ["exports of today, which repeat the uuid", JSON.stringify({ uuid: "a", item, annotation })],
    ["keys sorted", JSON.stringify({ annotation, annotationMetadata: {}, comments: [], item })],
    ["a byte-order mark and blank lines", `\uFEFF\n\n${line}`],
  ])("%s", (_, head) => expect(annotto.detects(probeText(head, "x"))).toBe(true));

  const items = [{ data: { text: "x" }, datatype: "text", uuid: "1", metadata: { annotation: { item: '"item":' } } }];
  test.each([
    ["items", JSON.stringify(items[0])],
    ["exported items", '{"uuid":"1","type":"text","annotated":true,"entitiesRelations":[{"src":{}}],"predictions":{}}'],
    ["predictions", '{"uuid": "1", "annotations": {"NER": {"entities": [{"value": "T", "start": 0, "end": 3}]}}}'],
    ["a configuration", '{\n  "name": "demo",\n  "type": "text",\n  "tasks": []\n}'],
    ["tasks of another tool", '[{"data": {"text": "x"}, "annotations": []}]'],
  ])("not %s", (_, head) => expect(annotto.detects(probeText(head, "annotations.jsonlines"))).toBe(false));
});

const demo = fileURLToPath(new URL("../../../../shared/data/annotto_demo/", import.meta.url));

describe.skipIf(!existsSync(demo))("the tool's own demo projects (needs ../shared/data)", () => {
  test("spans of a text edited after annotation are reported, and nothing is fatal", async () => {
    const context = new CorpusReading({ settings: formatSettings.parse({}) });
    const path = `${demo}demo-nerWithRelations-2/annotations.jsonlines`;
    const documents = [];
    for await (const document of readDocuments(path, context)) documents.push(document);
    expect(documents).toHaveLength(1);
    const [document] = documents;
    expect(document!.entities).toHaveLength(11);
    expect(document!.relations.filter(({ label }) => label === "is_tension_of")).toHaveLength(6);
    expect(document!.relations.filter(({ label }) => label === "is_line_extremity")).toHaveLength(4);
    const surfaces = document!.entities.map((entity) => surface(document!, entity));
    expect(surfaces).toEqual(expect.arrayContaining(["Darcha", " 225 k", " Dodecape", "op Pouet", "-Jalo"]));
    expect(context.notices.list()).toMatchObject([
      { code: "span-cuts-word", count: 5, total: 11 },
      { code: "span-white-space", count: 2 },
    ]);
  });

  test("entities of two categories, `markers`, a line without `ner`", async () => {
    const documents = await readBack(`${demo}demo-ner+classification-text/annotations.jsonlines`);
    expect(documents.map(({ entities }) => entities.length)).toEqual([6, 2, 0]);
    expect(documents[0]!.entities.map(({ type }) => type)).toEqual([
      "name",
      "name",
      "name",
      "skill",
      "no-box",
      "weird",
    ]);
    expect(documents.flatMap(({ relations }) => relations)).toEqual([]);
  });

  test.each([
    "demo-nerWithRelations/items.jsonlines",
    "demo-nerWithRelations/predictions.jsonlines",
    "demo-nerWithRelations/config.json",
    "demo-nerWithRelations-2/items.jsonlines",
    "demo-nerWithRelations-2/config.json",
    "demo-ner+classification-text/items.jsonlines",
    "demo-ner+classification-text/predictions.jsonlines",
    "demo-ner+classification-text/config.json",
    "export-test-seeds/annotations.json",
    "export-test-seeds/item.json",
  ])("%s is another file", (name) => {
    expect(annotto.detects(probeText(readFileSync(`${demo}${name}`, "utf8"), name))).toBe(false);
  });
});

test("items given as annotations: the error tells which file to give", async () => {
  const reading = withFile('{"uuid": "1", "data": {"text": "x"}}', (path) => readBack(path, { format: "annotto" }));
  await expect(reading).rejects.toThrow(
    "key item: expected an object, found nothing. Annotto's items and predictions files hold no annotations",
  );
});
