import { describe, expect, test } from "vitest";
import type { Document } from "../corpus/document.ts";
import type { PairExample } from "../corpus/pairs.ts";
import { learnLookup, openLookup, type LookupOptions } from "./lookup-baseline.ts";

const single: LookupOptions = { noRelationId: 0, multiLabel: false };
const several: LookupOptions = { noRelationId: 0, multiLabel: true };

/** A text with an entity of each type, in this order; "A" and "B" and so on. */
function textOf(types: string): Document {
  const entities = Array.from(types, (type, i) => ({ start: 2 * i, end: 2 * i + 1, type }));
  return { id: types, text: "x ".repeat(types.length), entities, relations: [] };
}

const pair = (types: string, head: number, tail: number, ...labels: number[]): PairExample => ({
  id: `${types} ${head} ${tail}`,
  document: textOf(types),
  head,
  tail,
  label: labels[0] ?? 0,
  labels: labels.length > 0 ? labels : [0],
});

const times = (count: number, example: PairExample): PairExample[] => Array.from({ length: count }, () => example);
const learn = (
  training: readonly PairExample[],
  options = single,
): ((example: PairExample) => readonly number[] | undefined) => openLookup(learnLookup(training, options));

describe("what is looked up", () => {
  test("types, order and distance each decide, and the text never", () => {
    const lookup = learn([
      pair("AB", 0, 1, 1),
      pair("BA", 1, 0, 2),
      pair("BA", 0, 1, 3),
      pair("AxB", 0, 2, 4),
      pair("AxxB", 0, 3, 5),
      pair("AxxxB", 0, 4, 6),
      pair("AxxxxxB", 0, 6, 7),
    ]);
    expect(lookup(pair("AB", 0, 1))).toEqual([1]);
    expect(lookup(pair("xABx", 1, 2))).toEqual([1]);
    expect(lookup(pair("BA", 1, 0))).toEqual([2]);
    expect(lookup(pair("BA", 0, 1))).toEqual([3]);
    expect(lookup(pair("AyB", 0, 2))).toEqual([4]);
    expect(lookup(pair("AyyB", 0, 3))).toEqual([5]);
    for (const three of ["AyyyB", "AyyyyB"]) expect(lookup(pair(three, 0, three.length - 1))).toEqual([6]);
    for (const five of ["AyyyyyB", "AyyyyyyyB"]) expect(lookup(pair(five, 0, five.length - 1))).toEqual([7]);
  });

  test("entities stand in the order of the text, not of the list; of those at one place the shorter comes first", () => {
    const document: Document = {
      id: "d",
      text: "abcdef",
      entities: [
        { start: 4, end: 5, type: "B" },
        { start: 0, end: 3, type: "A" },
        { start: 0, end: 1, type: "A" },
      ],
      relations: [],
    };
    const lookup = learn([pair("AB", 0, 1, 1), pair("AxB", 0, 2, 2)]);
    const at = (head: number, tail: number): PairExample => ({ ...pair("", head, tail), document });
    expect(lookup(at(1, 0))).toEqual([1]);
    expect(lookup(at(2, 0))).toEqual([2]);
  });
});

describe("what was never met", () => {
  const lookup = learn([
    ...times(2, pair("AB", 0, 1, 1)),
    ...times(3, pair("BA", 1, 0, 2)),
    ...times(3, pair("BA", 0, 1, 2)),
    pair("AC", 0, 1),
  ]);

  test("is asked without the distance, then without the order, then not at all", () => {
    expect(lookup(pair("AxxxB", 0, 4))).toEqual([1]);
    expect(lookup(pair("BxxA", 0, 3))).toEqual([2]);
    expect(lookup(pair("AB", 1, 0))).toEqual([2]);
    expect(lookup(pair("CA", 0, 1))).toBeUndefined();
  });

  test("and what was met without a relation has none", () => {
    expect(lookup(pair("AC", 0, 1))).toEqual([]);
  });
});

describe("the threshold", () => {
  // A→B: 6 of 10 have relation 1. A→C: 1 of 10. Giving both: 7 right of 20 given, F1 14/27; A→B alone 12/17.
  const training = [
    ...times(6, pair("AB", 0, 1, 1)),
    ...times(4, pair("AB", 0, 1)),
    pair("AC", 0, 1, 1),
    ...times(9, pair("AC", 0, 1)),
  ];

  test("is the share with the best micro F1 over relations", () => {
    expect(learnLookup(training, single).threshold).toBe(0.6);
    const lookup = learn(training);
    expect([lookup(pair("AB", 0, 1)), lookup(pair("AC", 0, 1))]).toEqual([[1], []]);
  });

  test("may be below one half: a rare relation that is all there is, is given", () => {
    const rare = [...times(4, pair("AB", 0, 1, 1)), ...times(6, pair("AB", 0, 1)), ...times(90, pair("CC", 0, 1))];
    expect(learnLookup(rare, single).threshold).toBe(0.4);
    expect(learn(rare)(pair("AB", 0, 1))).toEqual([1]);
  });

  test("agrees with trying every share by hand", () => {
    let state = 7;
    const draw = (below: number): number => (state = (state * 16_807) % 2_147_483_647) % below;
    const drawn = Array.from({ length: 400 }, () => {
      const types = ["AB", "AxB", "BA", "AC", "CxxB"][draw(5)]!;
      const relation = draw(10) < 3 + types.length ? 1 + draw(2) : 0;
      return pair(types, 0, types.length - 1, relation);
    });
    const groups = new Map<string, number[]>();
    for (const { document, label } of drawn) groups.set(document.id, [...(groups.get(document.id) ?? []), label]);
    const f1At = (threshold: number): number => {
      let [right, given] = [0, 0];
      for (const labels of groups.values()) {
        const counts = [1, 2].map((label) => labels.filter((one) => one === label).length);
        const most = Math.max(...counts);
        if (most / labels.length < threshold) continue;
        right += most;
        given += labels.length;
      }
      return (2 * right) / (given + drawn.filter(({ label }) => label > 0).length);
    };
    const shares = Array.from({ length: 1001 }, (_, i) => i / 1000);
    const best = Math.max(...shares.map(f1At));
    expect(f1At(learnLookup(drawn, single).threshold)).toBeCloseTo(best, 12);
  });

  test("without any relation nothing is given", () => {
    expect(learn(times(3, pair("AB", 0, 1)))(pair("AB", 0, 1))).toEqual([]);
  });
});

describe("several labels", () => {
  const training = [...times(5, pair("AB", 0, 1, 1, 2)), ...times(1, pair("AB", 0, 1, 1)), pair("AB", 0, 1, 3)];

  test("each is given by its own share; where a pair has one label, the most frequent alone", () => {
    expect(learn(training, several)(pair("AB", 0, 1))).toEqual([1, 2]);
    expect(learn(training, single)(pair("AB", 0, 1))).toEqual([1]);
  });
});

test("what the shorter key says as well is not stored twice", () => {
  const { labels } = learnLookup([...times(9, pair("AB", 0, 1, 1)), pair("AxB", 0, 2, 1), pair("BA", 1, 0)], single);
  expect(labels).toEqual({ '["A","B"]': [], '["A","B","head first"]': [1] });
});
