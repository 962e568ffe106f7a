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
  const { documents } = await client.relations({
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
});
