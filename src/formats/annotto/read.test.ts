import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyDocument, annottoLine, makeDocument, withFile } from "../../../test/fixtures/documents.ts";
import {
  DuplicateEntityError,
  KeyError,
  NotJsonError,
  SpanOutsideTextError,
  UnknownEntityError,
} from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";

const read = (content: string, options?: ReadOptions): Promise<Corpus> =>
  withFile(content, (path) => readCorpus([path], options));

const text = "Le colis 📦 part lundi.";
const entities = [
  { value: "ACTION", start_char: 12, end_char: 16, ent_id: 0 },
  { value: "TIME", start_char: 17, end_char: 22, ent_id: 1 },
];
const object = { value: "OBJECT", start_char: 3, end_char: 8, ent_id: 2 };
const relations = [
  { label: "DO_WHEN", src: 0, dest: 1 },
  { label: "WHO_DO ", src: 2, dest: 0 },
];
const line = (annotation: unknown, uuid: unknown = "demo-1"): string =>
  JSON.stringify({ item: { uuid, datatype: "text", data: { text } }, annotation });
const good = line({ ner: { NER: { entities }, "Grid entities": { entities: [object] }, relations } });

describe("an export", () => {
  test("entities of all categories in file order, offsets in UTF-16, labels trimmed", async () => {
    const { documents, notices } = await read(`\uFEFF\r\n${good}\r\n\n`);
    expect(documents).toHaveLength(1);
    const { source, ...document } = documents[0]!;
    expect(document).toEqual({
      id: "demo-1",
      text,
      entities: [
        { start: 12, end: 16, type: "ACTION" },
        { start: 17, end: 22, type: "TIME" },
        { start: 3, end: 8, type: "OBJECT" },
      ],
      relations: [
        { head: 0, tail: 1, label: "DO_WHEN" },
        { head: 2, tail: 0, label: "WHO_DO" },
      ],
    });
    expect(source?.line).toBe(2);
    expect(notices).toMatchObject([{ code: "label-trimmed", count: 1, total: 2 }]);
  });

  test("what is not annotated is left out, each reason counted", async () => {
    const lines = [
      good,
      line(undefined, "a"),
      line({}, "b"),
      line({ ner: null, classifications: null }, "c"),
      line({ ner: { NER: { entities: [] }, Other: null, relations: null } }, "d"),
      line({ ner: { NER: { entities: [object] } } }, "e"),
      line({ ner: { NER: { entities } } }, "f"),
    ];
    const { documents, notices } = await read(lines.join("\n"));
    expect(documents.map(({ id }) => id)).toEqual(["demo-1", "f"]);
    expect(notices.filter(({ code }) => code !== "label-trimmed")).toMatchObject([
      { code: "no-entities", count: 4, total: 7, locations: [{ line: 2 }, { line: 3 }, { line: 4 }, { line: 5 }] },
      { code: "one-entity", count: 1, total: 7, locations: [{ line: 6 }] },
    ]);
  });

  test("what it says of the item is the metadata of the document; who annotated is not read", async () => {
    const metadata = { thread: "t1", clusters: [[0, 1]] };
    const item = { uuid: "m", type: "text", data: { text }, metadata, tags: ["To check"] };
    const annotationMetadata = { annotatedBy: "somebody@example.org" };
    const lines = [
      { item },
      { item: { ...item, uuid: "n", metadata: {} } },
      { item: { ...item, uuid: "o", metadata: null } },
    ];
    const { documents } = await read(
      lines
        .map((line) => JSON.stringify({ ...line, annotationMetadata, annotation: { ner: { NER: { entities } } } }))
        .join("\n"),
    );
    expect(documents.map((document) => document.metadata)).toEqual([metadata, undefined, undefined]);
    expect(JSON.stringify(documents)).not.toContain("somebody");
  });

  test("what was cancelled is not gold", async () => {
    const record = JSON.parse(good) as object;
    const historicAnnotations = [{ ner: { NER: { entities: [{ ...object, createdAt: "2023-01-02" }] } } }];
    const { documents } = await read(JSON.stringify({ ...record, historicAnnotations }));
    expect(documents[0]!.entities).toHaveLength(3);
  });

  test("spans of an edited text are kept and reported", async () => {
    const document = makeDocument("d", "liaison 225 kV Darchalop", [" 225 k", "Darcha", "liaison"]);
    const { documents, notices } = await read(annottoLine(document));
    expect(documents[0]!.entities).toEqual(document.entities);
    expect(notices).toMatchObject([
      { code: "span-cuts-word", count: 2, total: 3, locations: [{ detail: '" 225 k" [7, 13)' }, { line: 1 }] },
      { code: "span-white-space", count: 1, total: 3 },
    ]);
  });

  test("a document written as a line reads back equal", async () => {
    const corpus = fc.uniqueArray(anyDocument, { selector: ({ id }) => id, minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(corpus, async (written) => {
        const { documents } = await read(written.map(annottoLine).join("\n"));
        expect(documents.map(({ id, text, entities, relations }) => ({ id, text, entities, relations }))).toEqual(
          written,
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe("bad lines", () => {
  const entity = (change: object): string => line({ ner: { NER: { entities: [{ ...object, ...change }] } } });
  test.each([
    ["not JSON", `${good.slice(0, 40)}\n`, NotJsonError, "the parser says: Unterminated string"],
    ["a list", `[1]`, KeyError, "the line: expected an object, found a list of 1"],
    ["no uuid", line({}, null), KeyError, "item.uuid: expected a string, found null"],
    ["an empty uuid", line({}, ""), KeyError, 'item.uuid: expected a string that is not empty, found the string ""'],
    ["no item", '{"annotation": {}}', KeyError, "item: expected an object, found nothing"],
    [
      "a span in words",
      entity({ start_char: "3" }),
      KeyError,
      'annotation.ner.NER.entities[0].start_char: expected an integer, found the string "3"',
    ],
    [
      "half a character",
      entity({ start_char: 3.5 }),
      KeyError,
      "start_char: expected an integer, found the number 3.5",
    ],
    ["a huge offset", entity({ start_char: 1e300 }), KeyError, "start_char: expected an integer"],
    ["a category of text", line({ ner: { "My NER": "x" } }), KeyError, 'annotation.ner["My NER"]: expected an object'],
    [
      "relations in an object",
      line({ ner: { relations: {} } }),
      KeyError,
      "annotation.ner.relations: expected a list, found an object",
    ],
    ["a span outside", entity({ end_char: 99 }), SpanOutsideTextError, 'entity of type "OBJECT": span [3, 99)'],
    ["an id twice", line({ ner: { A: { entities }, B: { entities } } }), DuplicateEntityError, "have the id 0"],
    [
      "an unknown id",
      line({ ner: { A: { entities }, relations: [{ label: "a", src: 0, dest: 7 }] } }),
      UnknownEntityError,
      'relation "a" cites entity 7, which does not exist; the ids of this text are 0, 1',
    ],
    ["relations of nothing", line({ ner: { relations } }), UnknownEntityError, "this text has no entity"],
  ])("%s", async (_, bad, error, message) => {
    const content = `${good}\n${bad}\n${annottoLine(makeDocument("last", "a b", ["a", "b"]))}`;
    const failure = read(content);
    await expect(failure).rejects.toBeInstanceOf(error);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ exitCode: 65, at: { line: 2 } });

    const { documents, notices } = await read(content, { skipInvalid: true });
    expect(documents.map(({ id }) => id)).toEqual(["demo-1", "last"]);
    const notice = notices.find(({ code }) => code === "invalid-document");
    expect(notice).toMatchObject({ count: 1, total: 3, locations: [{ line: 2 }] });
    expect(notice!.locations[0]!.detail).toContain(message);
  });
});
