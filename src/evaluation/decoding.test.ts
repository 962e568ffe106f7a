import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { relationSchema, typedDocument } from "../../test/fixtures/schemas.ts";
import type { PairPlace } from "../corpus/candidates.ts";
import { candidatePairs } from "../corpus/pairs.ts";
import { allowedLabels, mirrorLabels, type RelationRule, type RelationSchema } from "../corpus/schema.ts";
import { type DecodedPair, decodePairs, defaultThreshold } from "./decoding.ts";
import { learnThresholds } from "./thresholds.ts";

const document = typedDocument(["X", "Y", "X", ""]);
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

/** Ordinary logits, and those of a model whose probabilities round to 0 and 1 in float32. */
const logit = fc.oneof(fc.float({ min: -5, max: 5, noNaN: true }), fc.float({ min: -300, max: 300, noNaN: true }));

const type = fc.constantFrom("X", "Y", "Z");
const rule: fc.Arbitrary<Partial<RelationRule>> = fc.record({
  types: fc.array(fc.tuple(type, type, fc.nat()), { maxLength: 3 }),
  symmetric: fc.boolean(),
  inverse: fc.constantFrom(null, "A", "B", "C", "D"),
});

/** Some pairs of the document with logits of NO_REL, A, B, C and D. */
const scored = fc
  .record({
    pairs: fc.subarray(candidatePairs(4)),
    rules: fc.record({ A: rule, B: rule, C: rule, D: rule }),
    multiLabel: fc.boolean(),
  })
  .chain(({ pairs, rules, multiLabel }) =>
    fc
      .array(fc.array(logit, { minLength: 5, maxLength: 5 }), { minLength: pairs.length, maxLength: pairs.length })
      .map((all) => ({
        schema: relationSchema(rules, multiLabel),
        rows: pairs.map(([head, tail], i) => ({ pair: { document, head, tail }, logits: Float32Array.from(all[i]!) })),
      })),
  );

const reverseOf = (decoded: readonly DecodedPair<PairPlace>[], { head, tail }: PairPlace) =>
  decoded.find(({ pair }) => pair.head === tail && pair.tail === head);

describe("whatever the rules and the logits", () => {
  test("probabilities lie within 0 and 1, sum to 1 where a pair has one label, and are 0 for forbidden labels", () => {
    fc.assert(
      fc.property(scored, ({ rows, schema }) => {
        const decoded = decodePairs(rows, schema);
        expect(decoded.map(({ pair }) => pair)).toEqual(rows.map(({ pair }) => pair));
        for (const { pair, probabilities, labels } of decoded) {
          for (const value of probabilities) expect(value >= 0 && value <= 1).toBe(true);
          if (!schema.multiLabel) expect(sum(probabilities)).toBeCloseTo(1, 5);
          const [head, tail] = [document.entities[pair.head]!, document.entities[pair.tail]!];
          const allowed = allowedLabels(schema, head.type, tail.type) ?? [];
          for (const [id, isAllowed] of allowed.entries()) {
            if (isAllowed) continue;
            expect(probabilities[id]).toBe(0);
            expect(labels).not.toContain(id);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("both directions of a relation that has a mirror say the same of it", () => {
    fc.assert(
      fc.property(scored, ({ rows, schema }) => {
        const decoded = decodePairs(rows, schema);
        for (const { pair, probabilities } of decoded) {
          const back = reverseOf(decoded, pair);
          if (!back) continue;
          for (const [id, mirror] of mirrorLabels(schema).entries()) {
            if (mirror !== undefined) expect(back.probabilities[mirror]).toBe(probabilities[id]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("labels are the most probable one, or all that reach their threshold, or no relation alone", () => {
    const thresholds = fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(scored, fc.option(thresholds, { nil: undefined }), ({ rows, schema }, thresholds) => {
        for (const { probabilities, labels } of decodePairs(rows, schema, { thresholds })) {
          const values = labels.map((id) => probabilities[id]!);
          expect(values).toEqual([...values].sort((a, b) => b - a));
          if (!schema.multiLabel) {
            expect(labels).toHaveLength(1);
            const others = probabilities.slice(1);
            const best = 1 + others.indexOf(Math.max(...others));
            const isGiven =
              thresholds === undefined || (probabilities[best]! > 0 && probabilities[best]! >= thresholds[best]!);
            if (thresholds === undefined) expect(values[0]).toBe(Math.max(...probabilities));
            else expect(labels).toEqual([isGiven ? best : 0]);
            continue;
          }
          const reaching = [1, 2, 3, 4].filter((id) => probabilities[id]! >= (thresholds?.[id] ?? defaultThreshold));
          expect([...labels].sort((a, b) => a - b)).toEqual(reaching.length === 0 ? [0] : reaching);
        }
      }),
    );
  });
});

const decode = (
  schema: RelationSchema,
  forth: number[],
  back?: number[],
  [head, tail]: [number, number] = [0, 1],
): number[][] =>
  decodePairs(
    [
      { pair: { document, head, tail }, logits: Float32Array.from(forth) },
      ...(back ? [{ pair: { document, head: tail, tail: head }, logits: Float32Array.from(back) }] : []),
    ],
    schema,
  ).map(({ probabilities }) => [...probabilities].map((value) => Number(value.toFixed(4))));

/** Logits of these probabilities. */
const logs = (...probabilities: number[]): number[] => probabilities.map(Math.log);
const sure = [-200, 0, 200];

describe("one label a pair", () => {
  const symmetric = relationSchema({ A: {}, S: { symmetric: true } });

  test("without rules, softmax", () => {
    expect(decode(relationSchema({ A: {}, B: {} }), logs(0.5, 0.3, 0.2))).toEqual([[0.5, 0.3, 0.2]]);
  });

  test("what is forbidden for the types goes to the others, in proportion", () => {
    const schema = relationSchema({ A: { types: [["X", "Y", 1]] }, B: { types: [["Y", "X", 1]] } });
    expect(decode(schema, logs(0.5, 0.3, 0.2))).toEqual([[0.625, 0.375, 0]]);
    expect(decode(schema, logs(0.5, 0.3, 0.2), undefined, [0, 2])).toEqual([[1, 0, 0]]);
    expect(decode(schema, logs(0.5, 0.3, 0.2), undefined, [0, 3])).toEqual([[0.5, 0.3, 0.2]]);
  });

  test("a symmetric relation has the mean of both directions, the others keep their proportion", () => {
    expect(decode(symmetric, logs(0.6, 0.2, 0.2), logs(0.1, 0.3, 0.6))).toEqual([
      [0.45, 0.15, 0.4],
      [0.15, 0.45, 0.4],
    ]);
  });

  test("so has an inverse, of the other label", () => {
    const schema = relationSchema({ A: { inverse: "B" }, B: { inverse: "A" } });
    expect(decode(schema, logs(0.2, 0.7, 0.1), logs(0.6, 0.1, 0.3))).toEqual([
      [0.4, 0.5, 0.1],
      [0.4, 0.1, 0.5],
    ]);
  });

  test("a sure direction against a sure one: they still agree, and what is left is no relation", () => {
    expect(decode(symmetric, sure, [200, 0, -200])).toEqual([
      [0.5, 0, 0.5],
      [0.5, 0, 0.5],
    ]);
  });

  test("where the other direction was not scored, nothing changes", () => {
    expect(decode(symmetric, logs(0.6, 0.2, 0.2))).toEqual([[0.6, 0.2, 0.2]]);
  });

  test("the reverse pair of another document is none", () => {
    const rows = [document, typedDocument(["X", "Y"])].map((document, i) => ({
      pair: { document, head: i, tail: 1 - i },
      logits: Float32Array.from(i === 0 ? logs(0.6, 0.2, 0.2) : logs(0.1, 0.3, 0.6)),
    }));
    expect(decodePairs(rows, symmetric).map(({ probabilities }) => probabilities[2]!.toFixed(4))).toEqual([
      "0.2000",
      "0.6000",
    ]);
  });
});

test("several labels a pair: each its own probability, in the order of it, from its own threshold on", () => {
  const schema = relationSchema({ A: {}, B: {}, C: {} }, true);
  const logits = Float32Array.of(3, 0.1, 2, -1);
  const rows = [{ pair: { document, head: 0, tail: 1 }, logits }];
  const [decoded] = decodePairs(rows, schema);
  expect(decoded!.labels).toEqual([2, 1]);
  expect(decoded!.probabilities[2]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
  expect(decodePairs(rows, schema, { thresholds: [0, 0.6, 0.95, 0.2] })[0]!.labels).toEqual([3]);
  expect(decodePairs(rows, schema, { thresholds: [0, 0.6, 0.95, 0.3] })[0]!.labels).toEqual([0]);
});

describe("learnThresholds", () => {
  type Answer = readonly [probability: number, holds: boolean];
  const decodedOf = (answers: readonly Answer[]): Parameters<typeof learnThresholds>[0] =>
    answers.map(([probability, holds]) => ({
      example: { labels: holds ? [1] : [0] },
      probabilities: Float32Array.of(0, probability),
    }));
  const learn = (answers: readonly Answer[]): number => learnThresholds(decodedOf(answers), 2)[1]!;

  const f1At = (answers: readonly Answer[], threshold: number): number => {
    const given = answers.filter(([probability]) => Math.fround(probability) >= threshold);
    const right = given.filter(([, holds]) => holds).length;
    return (2 * right) / Math.max(1, given.length + answers.filter(([, holds]) => holds).length);
  };

  // Few values, so that many are equal; none is so small that no threshold should reach it.
  const probability = fc.oneof(
    fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
    fc.float({ min: Math.fround(1e-4), max: 1, noNaN: true }),
  );

  test("no other threshold between a quarter and three quarters has a higher F1 on the same pairs", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(probability, fc.boolean()), { maxLength: 25 }), (answers) => {
        const threshold = learn(answers);
        expect(threshold >= 0.25 && threshold <= 0.75).toBe(true);
        const values = answers.map(([value]) => Math.fround(value)).filter((value) => value > 0.25 && value < 0.75);
        const all = [0.25, 0.75, ...values];
        const best = Math.max(0, ...all.map((one) => f1At(answers, one)));
        expect(f1At(answers, threshold)).toBeCloseTo(
          answers.some(([, holds]) => holds) ? best : f1At(answers, 0.5),
          12,
        );
      }),
      { numRuns: 300 },
    );
  });

  test.each<[string, Answer[], number]>([
    [
      "halfway between the last that holds and the next",
      [
        [0.9, true],
        [0.75, true],
        [0.25, false],
      ],
      0.5,
    ],
    [
      "below the default",
      [
        [0.4375, true],
        [0.3125, false],
      ],
      0.375,
    ],
    [
      "never below a quarter",
      [
        [0.5, true],
        [0.25, true],
      ],
      0.25,
    ],
    [
      "equal values are never parted",
      [
        [0.75, true],
        [0.75, false],
        [0.75, true],
        [0.25, false],
      ],
      0.5,
    ],
    [
      "of equal scores the nearest to the default",
      [
        [0.875, true],
        [0.75, false],
        [0.625, false],
        [0.5, true],
      ],
      0.25,
    ],
    [
      "the default where the label never holds",
      [
        [0.9, false],
        [0.1, false],
      ],
      0.5,
    ],
    [
      "the default where it holds only where it is forbidden",
      [
        [0, true],
        [0, true],
      ],
      0.5,
    ],
    ["the default of no pairs", [], 0.5],
  ])("%s", (_, answers, expected) => expect(learn(answers)).toBe(expected));

  test("each label has its own", () => {
    const decoded = [
      { example: { labels: [1, 2] }, probabilities: Float32Array.of(0, 0.25, 0.875) },
      { example: { labels: [0] }, probabilities: Float32Array.of(1, 0.125, 0.625) },
    ];
    expect(learnThresholds(decoded, 4)).toEqual([expect.any(Number), 0.25, 0.75, defaultThreshold]);
  });
});
