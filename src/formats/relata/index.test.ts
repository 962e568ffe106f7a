import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { formatContract, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import { EmptyLabelError, KeyError, NotJsonError, UnknownEntityError } from "../../corpus/errors.ts";
import type { DocumentPrediction } from "../../model/tasks/prediction.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { relata } from "./index.ts";

formatContract(relata);

const read = (lines: readonly unknown[], options?: ReadOptions): Promise<Corpus> =>
  withFile(lines.map((line) => JSON.stringify(line)).join("\n"), (path) => readCorpus([path], options));

const text = "Le colis 📦 part lundi.";
const part = { start: 12, end: 16, type: "ACTION" };
const lundi = { start: 17, end: 22, type: "TIME" };
const doWhen = { head: 0, tail: 1, label: "DO_WHEN" };

test("the example is what the writer makes of it, to the byte", async () => {
  const path = fileURLToPath(new URL("../../../examples/formats/relata.jsonl", import.meta.url));
  await withWritten(await readBack(path), relata, async (written) => {
    expect(readFileSync(written, "utf8")).toBe(readFileSync(path, "utf8"));
  });
});

test("a document with everything", async () => {
  const metadata = { language: "fr", thread: { id: 3 } };
  const { documents, notices } = await read([
    {
      id: "d",
      text,
      entities: [part, lundi],
      relations: [{ ...doWhen, probability: 0.75 }],
      metadata,
      pairs: [[0, 1]],
    },
  ]);
  const { source, ...document } = documents[0]!;
  expect(document).toEqual({
    id: "d",
    text,
    entities: [part, lundi],
    relations: [{ ...doWhen, probability: 0.75 }],
    metadata,
  });
  expect(source?.line).toBe(1);
  expect(notices).toEqual([]);
});

test("short forms: entities as lists, no id, no type, no relations, null like absent", async () => {
  const { documents } = await read([
    {
      id: 7,
      text,
      entities: [
        [12, 16, "ACTION"],
        [17, 22],
      ],
    },
    {
      id: null,
      text,
      entities: [{ start: 12, end: 16, type: null, text: null }, lundi],
      relations: null,
      metadata: null,
    },
    { text, entities: [part, lundi], relations: [{ ...doWhen, probability: null, unscored: null }] },
  ]);
  expect(documents.map(({ id, entities, relations }) => [id, entities.map(({ type }) => type), relations])).toEqual([
    ["7", ["ACTION", ""], []],
    ["annotations-2", ["", "TIME"], []],
    ["annotations-3", ["ACTION", "TIME"], [doWhen]],
  ]);
});

describe("what relata predict prints", () => {
  const printed: DocumentPrediction = {
    text,
    entities: [
      { ...part, text: "part" },
      { ...lundi, text: "lundi" },
    ],
    relations: [
      { ...doWhen, probability: 0.9, probabilities: { NO_REL: 0.1, DO_WHEN: 0.9 } },
      { head: 1, tail: 0, label: "NO_REL", probability: 0.8, probabilities: { NO_REL: 0.8, DO_WHEN: 0.2 } },
    ],
  };

  test("labels with their probability, pairs without a relation too", async () => {
    const { documents, notices } = await read([printed]);
    expect(documents[0]!.relations).toEqual([
      { ...doWhen, probability: 0.9 },
      { head: 1, tail: 0, label: "NO_REL", probability: 0.8 },
    ]);
    expect(notices).toEqual([]);
  });

  test("a pair that was not scored has no label", async () => {
    const unscored = {
      head: 0,
      tail: 1,
      label: "NO_REL",
      probability: 0,
      probabilities: {},
      unscored: "too far apart",
    };
    const { documents, notices } = await read([{ ...printed, relations: [unscored] }]);
    expect(documents[0]!.relations).toEqual([]);
    expect(notices).toMatchObject([
      { code: "unscored-pair", count: 1, locations: [{ line: 1, detail: "0 → 1: too far apart" }] },
    ]);
  });
});

describe("recorded surfaces", () => {
  const withText = (entities: object[]): unknown => ({ text, entities, relations: [doWhen] });

  test("tell of offsets in code points", async () => {
    const { documents, notices } = await read([
      withText([
        { start: 11, end: 15, text: "part" },
        { start: 16, end: 21, text: "lundi" },
      ]),
    ]);
    expect(documents[0]!.entities.map(({ start }) => start)).toEqual([12, 17]);
    expect(notices).toMatchObject([{ code: "other-offset-unit", count: 1, locations: [{ detail: "code-points" }] }]);
  });

  test("tell of offsets that are off", async () => {
    const { documents, notices } = await read([withText([part, { ...lundi, text: "mardi" }])]);
    expect(documents[0]!.entities[1]).toEqual(lundi);
    expect(notices).toMatchObject([{ code: "surface-mismatch", count: 1, total: 2 }]);
  });
});

test("keys that the format does not have are reported: relation is not relations", async () => {
  const { notices } = await read([
    {
      text,
      entities: [
        { ...part, label: "A" },
        { ...lundi, label: "B" },
      ],
      relation: [doWhen],
    },
  ]);
  expect(notices).toMatchObject([
    { code: "other-key", count: 2, locations: [{ detail: '"relation"' }, { detail: 'entities: "label"' }] },
  ]);
});

describe("bad lines", () => {
  const good = JSON.stringify({ text, entities: [part, lundi] });
  const line = (change: object): string => JSON.stringify({ text, entities: [part, lundi], ...change });
  const relation = (change: object): string => line({ relations: [{ ...doWhen, ...change }] });
  test.each([
    ["not JSON", good.slice(0, 30), NotJsonError, "the parser says"],
    ["a list", "[1]", KeyError, "the line: expected an object, found a list of 1. docs/formats/relata.schema.json"],
    ["no text", line({ text: undefined }), KeyError, "key text: expected a string, found nothing"],
    ["no entities", line({ entities: null }), KeyError, "key entities: expected a list, found null"],
    ["an empty id", line({ id: "" }), KeyError, 'key id: expected a string or an integer, found the string ""'],
    [
      "one offset",
      line({ entities: [[12]] }),
      KeyError,
      'key entities[0]: expected {"start": 0, "end": 2, "type": "SUBJ"} or [0, 2, "SUBJ"], found a list of 1',
    ],
    [
      "half an entity",
      relation({ head: 0.5 }),
      KeyError,
      "key relations[0].head: expected an integer, found the number",
    ],
    ["a certain relation", relation({ probability: 1.5 }), KeyError, "probability: expected a number from 0 to 1"],
    ["an unknown entity", relation({ tail: 2 }), UnknownEntityError, '"DO_WHEN" cites entity 2, which does not exist'],
    ["an entity before the first", relation({ head: -1 }), UnknownEntityError, "cites entity -1"],
    ["an empty label", relation({ label: " " }), EmptyLabelError, "a relation has an empty label"],
  ])("%s", async (_, bad, error, message) => {
    await withFile(`${good}\n${bad}\n`, async (path) => {
      const failure = readCorpus([path], { format: "relata" });
      await expect(failure).rejects.toBeInstanceOf(error);
      await expect(failure).rejects.toThrow(message);
      await expect(failure).rejects.toMatchObject({ exitCode: 65, at: { line: 2 } });
    });
  });
});

test("probabilities are written, and types that are none are not", async () => {
  const entities = [part, { ...lundi, type: "" }];
  const relations = [{ ...doWhen, probability: 0.5 }];
  const documents = [{ id: "d", text, entities, relations }];
  const context = writeContext();
  await withWritten(
    documents,
    relata,
    async (path) => {
      expect(readFileSync(path, "utf8")).not.toContain('"type":""');
      expect(await readBack(path)).toMatchObject(documents);
    },
    context,
  );
  expect(context.notices.list()).toEqual([]);
});
