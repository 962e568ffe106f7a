import { describe, expect, test } from "vitest";
import {
  DuplicateEntityError,
  KeyError,
  RecordError,
  SpanOutsideTextError,
  UnknownEntityError,
} from "../../corpus/errors.ts";
import type { Corpus } from "../read.ts";
import { read, collection, annotation, relation, title, abstract, document } from "../../../test/fixtures/bioc.ts";

describe("relations", () => {
  const withRelations = (...relations: unknown[]): Promise<Corpus> => read(collection({ ...document, relations }));

  test("roles say which is the head, or else the order", async () => {
    const nodes = (first: string, second: string): unknown[] => [
      { refid: "1", role: first },
      { refid: "2", role: second },
    ];
    const { documents } = await withRelations(
      { id: "a", infons: { type: "A" }, nodes: nodes("Arg2", "Arg1") },
      { id: "b", infons: { type: "B" }, nodes: nodes("subject", "object") },
      { id: "c", infons: { relation: "C", score: "0.75" }, nodes: nodes("Chemical", "Disease") },
    );
    expect(documents[0]!.relations).toEqual([
      { head: 1, tail: 0, label: "A" },
      { head: 0, tail: 1, label: "B" },
      { head: 0, tail: 1, label: "C", probability: 0.75 },
    ]);
  });

  test("of three, of one, and of another relation are left out, which is reported", async () => {
    const [node] = document.relations[0]!["nodes"] as unknown[];
    const { documents, notices } = await withRelations(
      relation("Treats", "1", "2"),
      { id: "R2", infons: { type: "A" }, nodes: [node, node, node] },
      { id: "R3", infons: { type: "A" }, nodes: [] },
      { ...relation("A", "1", "R1"), id: "R4" },
    );
    expect(documents[0]!.relations).toHaveLength(1);
    expect(notices).toMatchObject([
      { code: "not-binary", count: 2, lost: { relations: 2 }, locations: [{ detail: '"R2"' }, { detail: '"R3"' }] },
      { code: "relation-of-relation", count: 1, lost: { relations: 1 } },
    ]);
  });

  // Two mentions of each concept; the second of the first and the first of the second stand nearest.
  const text = "Aspirin, or ASA, for headache and other pain.";
  const mention = (id: string, type: string, surface: string, identifier: string): unknown => ({
    ...annotation(id, type, surface, text.indexOf(surface)),
    infons: { type, identifier },
  });
  const concepts = {
    ...document,
    passages: [
      {
        ...title,
        text,
        annotations: [
          mention("1", "Chemical", "Aspirin", "MESH:D001241"),
          mention("2", "Chemical", "ASA", "MESH:D001241"),
          mention("3", "Disease", "headache", "D006261,D010146"),
          mention("4", "Disease", "pain", "D010146"),
        ],
      },
    ],
  };
  test.each([
    ["BioRED", { entity1: "MESH:D001241", entity2: "D010146", type: "Treats" }],
    ["BC5CDR", { Chemical: "MESH:D001241", Disease: "D010146", relation: "Treats" }],
    ["PubTator 3", { role1: { identifier: "MESH:D001241" }, role2: { identifier: "D010146" }, type: "Treats" }],
  ])("of concepts, as in %s, join their nearest mentions, which is reported", async (_, infons) => {
    const nodes = "role1" in infons ? [{ refid: "0", role: "1,2" }] : [];
    const unknown = { id: "R2", infons: { entity1: "D9", entity2: "D010146", type: "A" }, nodes: [] };
    const { documents, notices } = await read(
      collection({ ...concepts, relations: [{ id: "R1", infons, nodes }, unknown] }),
    );
    expect(documents[0]!.relations).toEqual([{ head: 1, tail: 2, label: "Treats" }]);
    expect(notices.filter(({ code }) => code !== "annotation-infons")).toMatchObject([
      { code: "concept-relation", count: 1 },
      { code: "concept-unknown", count: 1, lost: { relations: 1 } },
    ]);
  });

  test.each([
    [
      "of an annotation that is not there",
      { relations: [relation("A", "1", "9")] },
      UnknownEntityError,
      'relation "A" cites entity 9',
    ],
    [
      "of an id that two annotations share",
      {
        passages: [title, { ...abstract, annotations: [annotation("1", "X", "headache", 32)] }],
        relations: [relation("A", "1", "1")],
      },
      DuplicateEntityError,
      "two entities have the id 1",
    ],
    [
      "without a label",
      { relations: [{ ...relation("A", "1", "2"), infons: {} }] },
      RecordError,
      'expected infons.type as the label of relation "R1", found none',
    ],
    [
      "beside a span outside of the text",
      { passages: [{ ...title, annotations: [annotation("1", "X", "Aspirin", 99)] }], relations: [] },
      SpanOutsideTextError,
      "lies outside the text",
    ],
    [
      "beside a passage without an offset",
      { passages: [{ text: "a" }] },
      KeyError,
      "key passages[0].offset: expected an integer, found nothing",
    ],
  ])("%s", async (_, change, error, message) => {
    const bad = collection(document, { ...document, id: "18", ...change });
    await expect(read(bad)).rejects.toBeInstanceOf(error);
    await expect(read(bad)).rejects.toThrow(message);
    const { documents, notices } = await read(bad, { skipInvalid: true });
    expect(documents.map(({ id }) => id)).toEqual(["17"]);
    expect(notices).toMatchObject([{ code: "invalid-document", count: 1, total: 2 }]);
  });
});
