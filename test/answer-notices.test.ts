// Notices of the library beside an answer: types that the model never met, and pairs that it was not asked about.
import { createRequire } from "node:module";
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as Library from "../src/index.ts";
import { pairHead } from "../src/model/heads/pair-head.ts";
import { modelFolder } from "./support/tiny-models.ts";

const { openModel, formatNotice } = createRequire(import.meta.url)("relata") as typeof Library;

let folder: string;
let model: Library.RelationModel;
beforeAll(async () => {
  const relations = { DO_WHEN: { types: [["ACT", "DATE", 3]] }, WHO_DO: { types: [["ACT", "ACT", 2]] } };
  const bounds = { maxPairs: null, maxDistance: null, thresholds: {} };
  const schema = { multiLabel: false, relations, candidates: "schema", ...bounds };
  folder = await modelFolder(pairHead, undefined, { schema });
  model = await openModel(folder, { threads: 1 });
});
afterAll(() => model.close());

const text = "Ada met Bob.";
const given = (first: string, second: string): Library.PredictionInput => ({
  text,
  entities: [
    [0, 3, first],
    [8, 11, second],
  ],
});

test("notices stand beside the answer that they are about", async () => {
  const [plain, unseen, unrelated] = await model.predict([
    given("ACT", "DATE"),
    given("ACT", "RIVER"),
    given("DATE", "DATE"),
  ]);
  expect(plain!.notices).toEqual([]);
  expect(unseen!.notices.map(({ code }) => code)).toEqual(["type-unseen"]);
  expect(formatNotice(unseen!.notices[0]!)).toMatch(
    /^mentions of types that the model met in no .*at input 1 \(RIVER\)$/,
  );
  expect(unrelated!.notices).toMatchObject([{ code: "no-pair-asked", count: 1, locations: [{ file: "input 2" }] }]);
  expect(unrelated!.noPairAsked).toBe(true);
  expect(plain).not.toHaveProperty("noPairAsked");
});

test("a pair that was named says why it was ruled out", async () => {
  const { notices } = await model.predict({ ...given("DATE", "DATE"), pairs: [[0, 1]] });
  expect(notices).toMatchObject([{ code: "pair-ruled-out", count: 1, total: 1 }]);
  expect(notices[0]!.locations[0]!.detail).toContain("no relation of the schema joins DATE to DATE");
  expect((await model.predict({ ...given("DATE", "DATE"), pairs: [] })).notices).toEqual([]);
});

test("pairs that were asked about and have no relation are not called unasked", async () => {
  await using narrow = await openModel(folder, { threads: 1, relationsOnly: true });
  const texts = [given("ACT", "DATE"), given("ACT", "ACT"), given("DATE", "DATE")];
  const answers = await narrow.predict(texts);
  expect(answers.map(({ notices }) => notices.map(({ code }) => code))).toEqual([[], [], ["no-pair-asked"]]);
});
