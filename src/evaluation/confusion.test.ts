import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addConfusion, confusionOf, confusionOfSets } from "./confusion.ts";
import { scoresOf } from "./scores.ts";

const id2label = ["A", "NO_REL", "B", "C", "D"];
const none = 1;

/** Labels of a pair as decoding gives them: relations in any order, or no relation alone. */
const labels = fc.shuffledSubarray([0, 2, 3, 4]).map((ids) => (ids.length === 0 ? [none] : ids));
const pairs = fc.array(fc.tuple(labels, labels), { maxLength: 30 });

const sides = <T>(all: readonly (readonly [T, T])[]): [gold: T[], predicted: T[]] => [
  all.map(([gold]) => gold),
  all.map(([, predicted]) => predicted),
];

describe("confusionOfSets", () => {
  test("for one label each it is confusionOf", () => {
    const single = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 40 });
    fc.assert(
      fc.property(single, (all) => {
        const [gold, predicted] = sides(all);
        const sets = confusionOfSets(
          gold.map((id) => [id]),
          predicted.map((id) => [id]),
          id2label,
          none,
        );
        expect(sets).toEqual(confusionOf(gold, predicted, id2label));
      }),
    );
  });

  test("of each relation, support, predictions and those right are the sets' own", () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const [gold, predicted] = sides(all);
        const confusion = confusionOfSets(gold, predicted, id2label, none);
        const { perLabel } = scoresOf(confusion, { noRelationId: none });
        for (const id of [0, 2, 3, 4]) {
          const right = all.filter(([a, b]) => a.includes(id) && b.includes(id)).length;
          const support = gold.filter((ids) => ids.includes(id)).length;
          const given = predicted.filter((ids) => ids.includes(id)).length;
          expect(confusion.counts[id]![id]).toBe(right);
          expect(perLabel[id]).toMatchObject({
            support,
            truePositives: right,
            falsePositives: given - right,
            falseNegatives: support - right,
          });
        }
      }),
    );
  });

  test("a pair adds at least one count, and no more than it has labels", () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const [gold, predicted] = sides(all);
        const total = confusionOfSets(gold, predicted, id2label, none)
          .counts.flat()
          .reduce((a, b) => a + b, 0);
        const most = all.reduce((sum, [a, b]) => sum + new Set([...a, ...b]).size, 0);
        expect(total).toBeGreaterThanOrEqual(all.length);
        expect(total).toBeLessThanOrEqual(most);
      }),
    );
  });

  test("parts add up to the whole", () => {
    fc.assert(
      fc.property(pairs, fc.nat(30), (all, cut) => {
        const count = (part: typeof all) => confusionOfSets(...sides(part), id2label, none);
        expect(addConfusion(count(all.slice(0, cut)), count(all.slice(cut)))).toEqual(count(all));
      }),
    );
  });

  test.each<[string, number[], number[], [row: number, column: number][]]>([
    [
      "both right",
      [0, 2],
      [2, 0],
      [
        [0, 0],
        [2, 2],
      ],
    ],
    [
      "one right, one too many",
      [0],
      [0, 2],
      [
        [0, 0],
        [none, 2],
      ],
    ],
    [
      "one right, one missed",
      [0, 2],
      [2],
      [
        [2, 2],
        [0, none],
      ],
    ],
    [
      "one right, one for another",
      [0, 2],
      [0, 3],
      [
        [0, 0],
        [2, 3],
      ],
    ],
    [
      "two missed",
      [0, 2],
      [none],
      [
        [0, none],
        [2, none],
      ],
    ],
    [
      "two where none is",
      [none],
      [2, 0],
      [
        [none, 2],
        [none, 0],
      ],
    ],
    ["none and none", [none], [none], [[none, none]]],
    [
      "others stand against each other in their order",
      [4, 0, 2],
      [3, 2],
      [
        [2, 2],
        [4, 3],
        [0, none],
      ],
    ],
  ])("%s", (_, gold, predicted, cells) => {
    const expected = confusionOf(...sides(cells), id2label);
    expect(confusionOfSets([gold], [predicted], id2label, none)).toEqual(expected);
  });

  test("tells what is wrong with its input", () => {
    expect(() => confusionOfSets([[0]], [], id2label)).toThrow("1 gold labels, but 0 predicted");
    expect(() => confusionOfSets([], [[0]], id2label)).toThrow("0 gold labels, but 1 predicted");
    expect(() => confusionOfSets([[5]], [[0]], id2label)).toThrow("gold label id is 5");
  });
});
