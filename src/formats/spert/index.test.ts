import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { formatContract } from "../../../test/fixtures/format-contract.ts";
import { surface, type Document } from "../../corpus/document.ts";
import { KeyError, SpanOutsideTextError, UnknownEntityError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { CorpusReading } from "../reading.ts";
import { formatSettings } from "../settings.ts";
import { SourceFile } from "../source/source-file.ts";
import { retokenize } from "../tokens.ts";
import { spert } from "./index.ts";
import { typesFileNames } from "./types.ts";

formatContract(spert, { expected: retokenize });

const read = (sentences: unknown, options?: ReadOptions): Promise<Corpus> =>
  withFile(JSON.stringify(sentences, undefined, 1), (path) => readCorpus([path], options));

const sentence = {
  tokens: ["Le", "colis", "📦", "part", "lundi", "matin", "."],
  entities: [
    { type: "ACTION", start: 3, end: 4 },
    { type: "TIME", start: 4, end: 6 },
    { type: "OBJECT", start: 1, end: 3 },
  ],
  relations: [
    { type: "DO_WHEN", head: 0, tail: 1 },
    { type: "WHO_DO", head: 2, tail: 0 },
  ],
  orig_id: "d1",
};
const expected = {
  id: "d1",
  text: "Le colis 📦 part lundi matin .",
  entities: [
    { start: 12, end: 16, type: "ACTION" },
    { start: 17, end: 28, type: "TIME" },
    { start: 3, end: 11, type: "OBJECT" },
  ],
  relations: [
    { head: 0, tail: 1, label: "DO_WHEN" },
    { head: 2, tail: 0, label: "WHO_DO" },
  ],
};
const withoutSource = ({ id, text, entities, relations }: Document): Document => ({ id, text, entities, relations });

describe("reading", () => {
  test("ends are exclusive, relations cite positions", async () => {
    const { documents, notices, sources } = await read([sentence]);
    expect(documents.map(withoutSource)).toEqual([expected]);
    expect(documents[0]!.source?.line).toBe(2);
    expect(notices).toEqual([]);
    expect(sources).toMatchObject([{ formats: ["spert"] }]);
  });

  test("the shape with subj and obj: ends are inclusive, relations cite first tokens", async () => {
    const { documents, sources } = await read([
      {
        doc_key: "d1",
        tokens: sentence.tokens,
        entities: sentence.entities.map(({ type, start, end }) => ({ label: type, start, end: end - 1 })),
        relations: [
          { label: "DO_WHEN", subj: 3, obj: 4 },
          { label: "WHO_DO", subj: 1, obj: 3 },
        ],
      },
    ]);
    expect(documents.map(withoutSource)).toEqual([expected]);
    expect(sources).toMatchObject([{ formats: ["spert"] }]);
  });

  test("there two entities that begin alike are reported when a relation cites them", async () => {
    const { documents, notices } = await read([
      {
        tokens: ["le", "gros", "colis", "part"],
        entities: [
          { label: "A", start: 1, end: 2 },
          { label: "B", start: 1, end: 1 },
          { label: "C", start: 3, end: 3 },
        ],
        relations: [{ label: "WHO_DO", subj: 1, obj: 3 }],
      },
    ]);
    expect(documents[0]!.relations).toEqual([{ head: 0, tail: 2, label: "WHO_DO" }]);
    expect(notices).toMatchObject([{ code: "ambiguous-argument", count: 1 }]);
  });

  test("ids may be numbers, may be missing, and are numbered where they repeat", async () => {
    const ids = [17, "a", undefined, null, "a", "a-2", "a"];
    const { documents, notices } = await read(ids.map((orig_id) => ({ ...sentence, orig_id })));
    const stem = "annotations";
    expect(documents.map(({ id }) => id)).toEqual(["17", "a", `${stem}-3`, `${stem}-4`, "a-2", "a-2-2", "a-3"]);
    expect(notices).toMatchObject([{ code: "repeated-id", count: 3 }]);
  });

  test("brackets and quotes of the Penn Treebank become signs, and spans still fit", async () => {
    const { documents, notices } = await read([
      {
        ...sentence,
        tokens: ["``", "colis", "-LRB-", "rouge", "-RRB-", "''", "part"],
        entities: [
          { type: "OBJECT", start: 1, end: 5 },
          { type: "ACTION", start: 6, end: 7 },
        ],
        relations: [],
      },
    ]);
    const [document] = documents;
    expect(document!.text).toBe('" colis ( rouge ) " part');
    expect(document!.entities.map((entity) => surface(document!, entity))).toEqual(["colis ( rouge )", "part"]);
    expect(notices).toMatchObject([{ code: "treebank-token", count: 1 }]);
  });

  test.each([
    [
      "an entity behind the last token",
      { relations: [], entities: [{ type: "A", start: 6, end: 9 }] },
      SpanOutsideTextError,
      "[29",
    ],
    ["a relation with no entity", { relations: [{ type: "a", head: 0, tail: 3 }] }, UnknownEntityError, "entity 3"],
    ["a token of no text", { tokens: ["a", 1] }, KeyError, "key tokens[1]: expected a string"],
    ["an id in a list", { orig_id: [1] }, KeyError, "key orig_id: expected a string or an integer"],
  ])("%s", async (_, change, error, message) => {
    const bad = [sentence, { ...sentence, orig_id: "bad", ...change }];
    await expect(read(bad)).rejects.toBeInstanceOf(error);
    await expect(read(bad)).rejects.toThrow(message);
    const { documents, notices } = await read(bad, { skipInvalid: true });
    expect(documents.map(({ id }) => id)).toEqual(["d1"]);
    expect(notices).toMatchObject([{ code: "invalid-document", count: 1, total: 2 }]);
  });
});

describe("the types file beside the data", () => {
  const types = {
    entities: { ACTION: { short: "Act", verbose: "Action" } },
    relations: { SAME_AS: { short: "same", verbose: "Same", symmetric: true }, WHO_DO: { symmetric: false } },
  };
  const open = async function* (value: unknown): AsyncGenerator<Buffer> {
    yield Buffer.from(JSON.stringify(value));
  };
  async function symmetricLabels(path: string, siblings: Record<string, unknown>): Promise<string[]> {
    const context = new CorpusReading({ settings: formatSettings.parse({}) });
    const file = await SourceFile.open(path, {
      chunks: open([sentence]),
      sibling: async (name) => (name in siblings ? SourceFile.open(name, { chunks: open(siblings[name]) }) : undefined),
    });
    const documents: Document[] = [];
    for await (const document of spert.read(file, context)) documents.push(document);
    expect(documents).toHaveLength(1);
    return [...context.symmetricLabels];
  }

  test("says which labels hold in both directions", async () => {
    expect(await symmetricLabels("conll04_train.json", { "conll04_types.json": types })).toEqual(["SAME_AS"]);
    expect(await symmetricLabels("data/train.json", { "types.json": types })).toEqual(["SAME_AS"]);
    expect(await symmetricLabels("train.json", {})).toEqual([]);
    expect(await symmetricLabels("train.json", { "types.json": { entities: {} } })).toEqual([]);
  });

  test("is an error where it is none", async () => {
    const failure = symmetricLabels("train.json", { "types.json": { relations: { a: 1 } } });
    await expect(failure).rejects.toThrow("types.json: key relations.a: expected an object");
  });

  test("is looked for by the name of the data", () => {
    expect(typesFileNames("ade_1_train.json.gz")).toEqual([
      "ade_1_train_types.json",
      "ade_1_types.json",
      "ade_types.json",
      "types.json",
    ]);
  });
});

test("what begins like the format and is not, is an error that a person can mend", async () => {
  const change = fc.record({ at: fc.nat(400), text: fc.constantFrom('"', "[", "}", "-", "null", "1e9", "") });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, text }) => {
      const content = JSON.stringify([sentence]);
      const changed = content.slice(0, at) + text + content.slice(at + 1);
      const error = await withFile(changed, (path) => readCorpus([path], { format: "spert" })).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(error === undefined || (error as { exitCode?: number }).exitCode === 65).toBe(true);
    }),
    { numRuns: 100 },
  );
});
