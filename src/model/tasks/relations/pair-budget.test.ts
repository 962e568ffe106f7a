import { expect, test } from "vitest";
import { requirePairBudget, type WantedPairs } from "./pair-budget.ts";

const texts: WantedPairs[] = [
  { id: "small", entities: 3, pairs: 6 },
  { id: "large", source: { file: "a.jsonl", line: 7 }, entities: 1001, pairs: 1_001_000 },
];
const bytes = 1_001_006 * 360;
const messageOf = (room: number, given = texts): string => {
  try {
    requirePairBudget(given, {
      cost: { heap: 360, outside: 40 },
      doing: "score",
      room: { heap: room, outside: 2 * room },
    });
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

test("pairs that fit are let through, one byte less of memory is refused with the place of the largest text", () => {
  expect(messageOf(bytes)).toBe("");
  expect(messageOf(bytes - 1)).toMatch(
    /^Cannot score 1,001,006 pairs of entities: .*Most are in the text large, at a\.jsonl:7: 1,001 entities, so 1,001,000 pairs\. /,
  );
});

test("the --max-pairs that is named fits", () => {
  const advised = Number(/--max-pairs (\d+) fits/.exec(messageOf(1_000_000))![1]);
  expect(advised).toBeGreaterThan(1000);
  expect(
    messageOf(
      1_000_000,
      texts.map((text) => ({ ...text, pairs: Math.min(text.pairs, advised) })),
    ),
  ).toBe("");
});

test("more than a collection holds are refused whatever the memory", () => {
  const entities = 5000;
  const many = { id: "many", entities, pairs: entities * (entities - 1) };
  expect(messageOf(2 ** 50, [many])).toContain("at most 16,777,215 are held at once");
});

test("where not one pair of each text fits, fewer texts are asked for", () => {
  expect(messageOf(400)).toMatch(/Give fewer texts at a time\.$/);
});
