import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readSchema } from "./read-schema.ts";

const folder = mkdtempSync(join(tmpdir(), "relata-schema-"));
afterAll(() => rmSync(folder, { recursive: true }));

const schema = { relations: { LIVES_IN: { types: [["PER", "CITY"]] } } };
const relations = { name: "relations", encoding: "document", schema: { ...schema, candidates: "all" } };

test.each([
  ["a schema alone", schema],
  ["relata.json of version 1", { version: 1, schema }],
  ["relata.json of relations", { version: 2, task: relations }],
  ["relata.json of both tasks", { version: 2, task: { name: "both", relations, entities: { name: "entities" } } }],
])("%s is read", async (name, json) => {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(json));
  expect((await readSchema(path)).relations).toMatchObject({ LIVES_IN: { types: [["PER", "CITY", 0]] } });
});

test("anything else is refused, with the field", async () => {
  const path = join(folder, "other.json");
  writeFileSync(path, JSON.stringify({ task: { name: "entities" } }));
  await expect(readSchema(path)).rejects.toThrow(/Cannot use the schema .*other\.json/);
});
