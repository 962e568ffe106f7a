import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { formatContract } from "../../../test/fixtures/format-contract.ts";
import { surface, type Document } from "../../corpus/document.ts";
import { KeyError, RecordError, UnknownEntityError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { retokenize } from "../tokens.ts";
import { tablert } from "./index.ts";

formatContract(tablert, { expected: retokenize });

const read = (sentences: unknown, options?: ReadOptions): Promise<Corpus> =>
  withFile(JSON.stringify(sentences), (path) => readCorpus([path], options));
const entities = (document: Document): string[] =>
  document.entities.map((entity) => `${surface(document, entity)}/${entity.type}`);

const sentence = {
  tokens: ["Jane", "Roe", "of", "Volt", "-LRB-", "Bonn", "-RRB-"],
  tags: ["B-Peop", "L-Peop", "O", "U-Org", "O", "U-Loc", "O"],
  relations: [
    { head: 0, tail: 1, type: "Work_For" },
    { head: 1, tail: 2, type: "OrgBased_In" },
  ],
  orig_id: 5178,
};

describe("reading", () => {
  test("a relation cites its entities by their rank", async () => {
    const { documents, notices, sources } = await read([sentence, { ...sentence, orig_id: "abs_0" }]);
    expect(sources).toMatchObject([{ formats: ["tablert"] }]);
    expect(documents.map(({ id, text }) => [id, text])).toEqual([
      ["5178", "Jane Roe of Volt ( Bonn )"],
      ["abs_0", "Jane Roe of Volt ( Bonn )"],
    ]);
    expect(entities(documents[0]!)).toEqual(["Jane Roe/Peop", "Volt/Org", "Bonn/Loc"]);
    expect(documents[0]!.relations).toEqual([
      { head: 0, tail: 1, label: "Work_For" },
      { head: 1, tail: 2, label: "OrgBased_In" },
    ]);
    expect(notices).toMatchObject([{ code: "treebank-token", count: 2 }]);
  });

  test("other schemes, no ids, no relations, keys that are not read", async () => {
    const { relations: _, orig_id: __, ...bare } = sentence;
    const bio = { ...bare, tags: ["B-Peop", "I-Peop", "O", "B-Org", "O", "B-Loc", "O"], preds: [1] };
    const { documents, notices } = await read([bio]);
    expect(documents.map(({ id }) => id)).toEqual(["annotations-1"]);
    expect(entities(documents[0]!)).toEqual(["Jane Roe/Peop", "Volt/Org", "Bonn/Loc"]);
    expect(notices.map(({ code }) => code).sort()).toEqual(["no-relations", "treebank-token", "unread-key"]);
  });

  test.each([
    ["a tag too few", { tags: ["O"] }, RecordError, "expected a tag for each of the 7 tokens, found 1"],
    ["a relation of no entity", { relations: [{ type: "a", head: 0, tail: 3 }] }, UnknownEntityError, "cites entity 3"],
    ["a token of no text", { tokens: ["a", 1] }, KeyError, "key tokens[1]: expected a string"],
  ])("%s", async (_, change, error, message) => {
    const bad = [sentence, { ...sentence, ...change }];
    await expect(read(bad)).rejects.toBeInstanceOf(error);
    await expect(read(bad)).rejects.toThrow(message);
    const { documents, notices } = await read(bad, { skipInvalid: true });
    expect(documents.map(({ id }) => id)).toEqual(["5178"]);
    expect(notices.at(0)).toMatchObject({ code: "invalid-document", count: 1, total: 2 });
  });
});

test("sentences of SpERT are not taken for its own", async () => {
  const spert = { tokens: ["a", "b"], entities: [], relations: [], orig_id: 1 };
  await expect(read([spert, { ...spert, orig_id: 2 }])).rejects.toThrow("documents without any entity");
});
