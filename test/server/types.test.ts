// Entity types in requests to a model whose schema knows the types that each relation joins.
import { beforeAll, expect, test } from "vitest";
import { RelataClient } from "../../src/client/client.ts";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { modelFolder } from "../support/tiny-models.ts";
import { TestServer } from "../support/server.ts";

let client: RelataClient;
beforeAll(async () => {
  const relations = { DO_WHEN: { types: [["ACT", "DATE", 3]] }, WHO_DO: { types: [["ACT", "ACT", 2]] } };
  const schema = {
    multiLabel: false,
    relations,
    candidates: "schema",
    maxPairs: null,
    maxDistance: null,
    thresholds: {},
  };
  const server = await TestServer.start([`typed=${await modelFolder(pairHead, undefined, { schema })}`]);
  client = new RelataClient(server.server.url, { retries: 0, fetch: server.fetch });
});

const text = "Ada met Bob.";
const entities = (...types: [string, string]): { start: number; end: number; type: string }[] => [
  { start: 0, end: 3, type: types[0] },
  { start: 8, end: 11, type: types[1] },
];

test("a pair that the types rule out says that the model was not asked", async () => {
  const { documents, notices } = await client.relations({
    documents: [
      { text, entities: entities("DATE", "DATE"), pairs: [[0, 1]] },
      { text, entities: entities("ACT", "DATE"), pairs: [[0, 1]] },
      { text, entities: entities("DATE", "DATE") },
    ],
  });
  const [ruledOut, asked, bounded] = documents.map(({ relations }) => relations);
  expect(ruledOut).toEqual([
    {
      head: 0,
      tail: 1,
      label: "NO_REL",
      probability: 1,
      ruledOut: "no relation of the schema joins DATE to DATE",
    },
  ]);
  expect(asked![0]!.ruledOut).toBeUndefined();
  expect(bounded).toEqual([]);
  expect(notices).toEqual([
    {
      code: "no-pair-asked",
      message: expect.stringContaining("no relation of the model joins the types"),
      count: 1,
      places: [{ at: "documents[2]", found: "DATE" }],
    },
  ]);
});

test("types that the model never met, and none, are noticed with their places", async () => {
  const ask = (...documents: { start: number; end: number; type?: string }[][]) =>
    client.relations({ documents: documents.map((given) => ({ text, entities: given })) });
  const { notices } = await ask(entities("ACT", "RIVER"), entities("ACT", "DATE"), [
    { start: 0, end: 3 },
    { start: 8, end: 11, type: "date" },
  ]);
  expect(notices).toEqual([
    {
      code: "type-unseen",
      message: expect.stringMatching(
        /^mentions of types that the model met in no training text, which had .*DATE.*; its schema rules nothing out for them$/,
      ),
      count: 2,
      places: [
        { at: "documents[0].entities[1]", found: "RIVER" },
        { at: "documents[2].entities[1]", found: "date" },
      ],
    },
    {
      code: "type-absent",
      message: "mentions without a type, for which the schema of the model rules nothing out; give their types",
      count: 1,
      places: [{ at: "documents[2].entities[0]" }],
    },
  ]);
  expect(await ask(entities("ACT", "DATE"))).not.toHaveProperty("notices");
});
