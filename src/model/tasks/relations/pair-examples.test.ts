import { expect, test } from "vitest";
import { relationSchema } from "../../../../test/fixtures/schemas.ts";
import type { Document } from "../../../corpus/document.ts";
import { NoticeLog } from "../../../corpus/notices.ts";
import { makePairs } from "../../../corpus/pairs.ts";
import { emptyLengthReport } from "../../../tokenization/inputs/length-report.ts";
import { withOmitted } from "./encode.ts";
import { evaluatePairs, scoresOfLogits } from "./evaluation.ts";
import { makeExamples } from "./pair-examples.ts";

const schema = relationSchema({ IN: {} });
const row = (id: string, entities: number): Document => ({
  id,
  text: "Anna ".repeat(entities),
  entities: Array.from({ length: entities }, (_, i) => ({ start: 5 * i, end: 5 * i + 4, type: "T" })),
  relations: [{ head: 0, tail: entities - 1, label: "IN" }],
});
const documents = [row("short", 2), ...["a", "b", "c", "d", "e"].map((id) => row(id, 9))];
const bounds = { maxPairs: 4 };
/** Room for so many pairs. */
const budget = (pairs: number) => ({
  cost: { heap: 10, outside: 0 },
  doing: "score",
  room: { heap: 10 * pairs, outside: 10 * pairs },
});
const made = (pairs: number) => makeExamples(documents, { schema, bounds, notices: new NoticeLog() }, budget(pairs));

test("all pairs are made where memory holds them", () => {
  const { examples: pairs, omitted } = made(362);
  expect(omitted.size).toBe(0);
  expect(pairs).toEqual(documents.flatMap((document) => makePairs(document, schema, new NoticeLog())));
});

test("else those with a relation, however far apart, and the nearest; the others are counted", () => {
  const { examples: pairs, omitted } = made(100);
  expect(pairs.filter(({ document }) => document === documents[1]).map(({ head, tail }) => [head, tail])).toEqual([
    [0, 8],
    [0, 1],
    [1, 0],
    [1, 2],
    [2, 1],
  ]);
  expect([...omitted]).toEqual(documents.slice(1).map((document) => [document, 67]));
});

test("pairs that were not made count as rightly without a relation, in every system's scores", () => {
  const evaluationOf = (room: number) => {
    const { examples: pairs, omitted } = made(room);
    const nothing = {
      texts: [],
      count: 0,
      lengths: emptyLengthReport(),
      excluded: {},
    };
    const unscored = pairs.map((example) => ({ example, message: "", excluded: true }));
    const encoded = withOmitted({ ...nothing, unscored }, omitted);
    const baseline = { name: "never", description: "", predict: () => [0] };
    return evaluatePairs(encoded, scoresOfLogits(encoded, [], schema), schema, [baseline], []);
  };
  const { confusion: few, ...fewer } = evaluationOf(100);
  const { confusion: all, ...whole } = evaluationOf(1000);
  expect(few.counts).toEqual(all.counts);
  expect(fewer).toEqual(whole);
});

test("bounds that leave too many are refused too", () => {
  expect(() => made(20)).toThrow(/^Cannot score 27 pairs of entities: .* --max-pairs 2 fits/);
});
