// A folder as Relata 0.1 wrote it before relata.json had a task (version 1): document encoding, an entity for each type,
// distance and products, a schema. It opens as ever, and its answers are those written down when it was made.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type * as Library from "../src/index.ts";

// As Node loads the package, untouched by the test runner: its thread is a file of its own.
const { openModel } = createRequire(import.meta.url)("relata") as typeof Library;
const folder = fileURLToPath(new URL("./oracle/folder-version-1", import.meta.url));

const input = {
  text: "Anna owns the company in Paris",
  entities: [
    { start: 0, end: 4, type: "PERSON" },
    { start: 14, end: 21, type: "ORG" },
    { start: 25, end: 30, type: "PLACE" },
  ],
};

/** Head, tail, and the probabilities of NO_REL, OWNS and LIVES_IN. */
const answers = [
  [0, 1, 0.096608, 0.738772, 0.16462],
  [0, 2, 0.176906, 0.609362, 0.213732],
  [1, 0, 0.736453, 0.229818, 0.033728],
  [1, 2, 0.897983, 0.079598, 0.022419],
  [2, 0, 0.555853, 0.322796, 0.121351],
  [2, 1, 0.41798, 0.545627, 0.036393],
];

test("a folder with relata.json of version 1 opens and answers as before", async () => {
  const model = await openModel(folder, { threads: 1 });
  expect(model).toMatchObject({ kind: "pair", noRelationLabel: "NO_REL", labels: ["NO_REL", "OWNS", "LIVES_IN"] });
  expect(model.entityTypes).toEqual(["ORG", "PERSON", "PLACE"]);
  const { relations } = await model.predict(input);
  await model.close();
  const rows = relations.map(({ head, tail, probabilities }) => [head, tail, ...Object.values(probabilities)]);
  expect(rows.map(([head, tail]) => [head, tail])).toEqual(answers.map(([head, tail]) => [head, tail]));
  for (const [i, row] of rows.entries())
    for (const [k, value] of row.entries()) expect(value).toBeCloseTo(answers[i]![k]!, 4);
});
