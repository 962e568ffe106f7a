import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { makeDocument } from "../../../test/fixtures/documents.ts";
import { readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import { richDocument } from "../../../test/fixtures/rich-documents.ts";
import type { Document } from "../../corpus/document.ts";
import { UsageError } from "../../errors.ts";
import type { WriteContext } from "../format.ts";
import { annotto } from "./index.ts";

const written = (documents: readonly Document[], context: WriteContext = writeContext()): Promise<unknown[]> =>
  withWritten(
    documents,
    annotto,
    async (path) =>
      readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line): unknown => JSON.parse(line)),
    context,
  );

// The schema of Annotto's importer of annotations, which is closed, and in addition what its code reads without
// looking: the uuid, seenAt, annotatedAt.
const filled = z.string().min(1);
const date = z.iso.datetime();
const importedNer = z
  .object({ relations: z.array(z.strictObject({ label: filled, src: z.int(), dest: z.int() })) })
  .catchall(
    z.strictObject({
      entities: z.array(z.strictObject({ value: filled, start_char: z.int(), end_char: z.int(), ent_id: z.int() })),
    }),
  );
const imported = z.strictObject({
  item: z.strictObject({
    uuid: filled,
    datatype: z.literal("text"),
    data: z.strictObject({ text: filled }),
    metadata: z.record(z.string(), z.unknown()).optional(),
  }),
  markers: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
  comments: z.array(z.unknown()).optional(),
  itemMetadata: z.strictObject({ createdAt: date.optional(), updated: date.optional(), seenAt: date }),
  annotationMetadata: z.strictObject({ annotatedBy: filled.optional(), annotatedAt: date, createdAt: date.optional() }),
  annotation: z.strictObject({ classifications: z.looseObject({}).optional(), ner: importedNer.optional() }),
  historicAnnotations: z.array(z.looseObject({})).optional(),
  metadata: z.looseObject({}).nullish(),
  annotationTimes: z.array(z.number()).optional(),
});

describe("a written line", () => {
  test("is what the tool's importer takes, whatever the document", async () => {
    await fc.assert(
      fc.asyncProperty(richDocument, fc.boolean(), async (document, predictions) => {
        for (const line of await written([document], writeContext({ predictions }))) {
          const { annotation } = imported.parse(line);
          const { relations, ...categories } = annotation.ner ?? { relations: [] };
          const ids = Object.values(categories).flatMap(({ entities }) => entities.map(({ ent_id }) => ent_id));
          expect(new Set(ids).size).toBe(document.entities.length);
          for (const { src, dest } of relations) expect(ids).toEqual(expect.arrayContaining([src, dest]));
        }
      }),
      { numRuns: 50 },
    );
  });

  test("names nobody", async () => {
    const [line] = await written([makeDocument("d", "un deux", ["un", "deux"], [[0, 1, "x"]])]);
    expect(JSON.stringify(line)).not.toMatch(/annotatedBy|email|@/);
  });
});

test("predictions are annotations, since the tool's predictions have no relations; probabilities are reported as lost", async () => {
  const document = makeDocument("d", "un deux", ["un", "deux"]);
  const relations = [{ head: 1, tail: 0, label: "x", probability: 0.5 }];
  const context = writeContext({ predictions: true });
  const [line] = await written([{ ...document, relations }], context);
  expect(line).toMatchObject({ annotation: { ner: { relations: [{ label: "x", src: 1, dest: 0 }] } } });
  expect(context.notices.list()).toMatchObject([{ code: "lost-probabilities", count: 1 }]);
});

describe("the category", () => {
  const document = makeDocument("d", "un deux", ["un"]);
  test("is NER, or the one given", async () => {
    expect(await written([document])).toMatchObject([{ annotation: { ner: { NER: { entities: [{ value: "T" }] } } } }]);
    expect(await written([document], writeContext({ fields: "category=Grid entities" }))).toMatchObject([
      { annotation: { ner: { "Grid entities": { entities: [{ start_char: 0 }] } } } },
    ]);
  });

  test.each(["category=relations", "category="])("%s is refused", async (fields) => {
    await expect(written([document], writeContext({ fields }))).rejects.toBeInstanceOf(UsageError);
  });
});

test("an entity without a type gets one, since the tool takes none without; counted", async () => {
  const document = { ...makeDocument("d", "un deux"), entities: [{ start: 0, end: 2, type: "" }] };
  const context = writeContext();
  await withWritten(
    [document],
    annotto,
    async (path) => expect((await readBack(path))[0]!.entities).toEqual([{ start: 0, end: 2, type: "ENTITY" }]),
    context,
  );
  expect(context.notices.list()).toMatchObject([{ code: "untyped-entity", count: 1 }]);
});
