// Requests of any shape: each answer is one that /openapi.json describes, and none is a bug. `npm run test:long` sends more.
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { endServers, TestServer } from "../support/server.ts";
import { modelFolder } from "../support/tiny-models.ts";

const numRuns = process.env["MODE"] === "long" ? 20_000 : 150;

let server: TestServer;
afterAll(endServers);
beforeAll(async () => {
  server = await TestServer.start([`tiny=${await modelFolder(pairHead)}`]);
});

const position = fc.oneof(fc.nat(12), fc.integer(), fc.double());
const entity = fc.oneof(
  fc.record({ start: position, end: position, type: fc.string() }, { requiredKeys: [] }),
  fc.tuple(position, position),
  fc.record({ text: fc.string() }),
  fc.jsonValue(),
);
const text = fc.oneof(fc.constant("Ada met Bob."), fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
const document = fc.record(
  { id: fc.string(), text, entities: fc.array(entity), pairs: fc.array(fc.tuple(position, position)) },
  { requiredKeys: ["text"] },
);
const request = fc.record(
  {
    documents: fc.oneof(fc.array(document), fc.jsonValue()),
    model: fc.oneof(fc.constant("tiny"), fc.string()),
    threshold: fc.double(),
    topK: fc.integer(),
    probabilities: fc.oneof(fc.boolean(), fc.jsonValue()),
  },
  { requiredKeys: ["documents"] },
);
const tensor = fc.record({
  name: fc.constantFrom("text", "entities", "pairs", "__proto__"),
  shape: fc.array(fc.nat(3), { maxLength: 2 }),
  datatype: fc.constantFrom("BYTES", "FP32"),
  data: fc.array(fc.oneof(fc.string(), fc.json(), fc.jsonValue()), { maxLength: 3 }),
});

test.each([
  ["/v1/relations", fc.oneof(request, fc.jsonValue())],
  ["/v2/models/tiny/infer", fc.oneof(fc.record({ inputs: fc.array(tensor, { maxLength: 3 }) }), fc.jsonValue())],
])("POST %s with anything", { timeout: 1_000_000 }, async (path, bodies: fc.Arbitrary<unknown>) => {
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const { status } = await server.send("POST", path, JSON.stringify(body));
      expect([200, 400, 404, 413, 422]).toContain(status);
    }),
    { numRuns },
  );
  expect(server.log).toEqual([]);
});
