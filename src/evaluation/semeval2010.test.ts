import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeSentences, officialScore, semevalRelations } from "./semeval2010.ts";
import type { Direction, SentenceLabel, SentencePair } from "./semeval2010.ts";

/** `Cause-Effect(e1,e2)` as the task's files write it; null is a skipped sentence. */
function label(text: string | null): SentenceLabel {
  const found = /^(.+)\(e([12]),e[12]\)$/.exec(text ?? "Other");
  return found ? { relation: found[1]!, direction: found[2] === "1" ? "e1,e2" : "e2,e1" } : "Other";
}

const pair = (gold: string, predicted: string | null): SentencePair => ({
  gold: label(gold),
  predicted: label(predicted),
});

test("a case computed by hand", () => {
  const score = officialScore([
    pair("Cause-Effect(e1,e2)", "Cause-Effect(e1,e2)"), // right
    pair("Cause-Effect(e2,e1)", "Cause-Effect(e1,e2)"), // wrong direction: counts as predicted and as gold, not as right
    pair("Cause-Effect(e1,e2)", "Other"), // missed
    pair("Other", "Cause-Effect(e2,e1)"), // false
    pair("Entity-Origin(e1,e2)", "Entity-Origin(e1,e2)"), // right
    pair("Entity-Origin(e2,e1)", "Cause-Effect(e2,e1)"), // another relation
    pair("Other", "Other"), // never counted
    pair("Other", "Message-Topic(e1,e2)"), // a relation that gold never has: the scorer counts it as Other
  ]);
  // Cause-Effect:  1 right of 4 predicted (sentences 1, 2, 4, 6) and 3 gold: P 1/4, R 1/3, F1 2/7
  // Entity-Origin: 1 right of 1 predicted and 2 gold:                       P 1,   R 1/2, F1 2/3
  expect(score.perRelation).toMatchObject([
    {
      relation: "Cause-Effect",
      right: 1,
      wrongDirection: 1,
      predicted: 4,
      support: 3,
      precision: 1 / 4,
      recall: 1 / 3,
    },
    { relation: "Entity-Origin", right: 1, wrongDirection: 0, predicted: 1, support: 2, precision: 1, recall: 1 / 2 },
  ]);
  expect(score.macroF1).toBeCloseTo((2 / 7 + 2 / 3) / 2, 14);
  expect(score.macroPrecision).toBeCloseTo((1 / 4 + 1) / 2, 14);
  expect(score.macroRecall).toBeCloseTo((1 / 3 + 1 / 2) / 2, 14);
  // Summed: 2 right, 5 predicted, 5 gold.
  expect(score.microF1).toBeCloseTo(2 / 5, 14);
  expect(score.protocol).toContain("2 relations, direction counted, Other left out; 8 sentences, 3 of them Other");
});

test("nothing but Other scores 0", () => {
  expect(officialScore([pair("Other", "Other")]).macroF1).toBe(0);
  expect(officialScore([]).macroF1).toBe(0);
});

interface OracleCase {
  gold: string[];
  predicted: (string | null)[];
  answers: {
    official: number;
    micro: [number, number, number];
    macro: [number, number, number];
    relations: Record<string, [number, number, number]>;
  };
}

// Made by scripts/oracle/semeval2010_scorer.py, which runs the task's own Perl program; it prints two decimals of percent.
const oracle: { cases: OracleCase[] } = JSON.parse(
  readFileSync(new URL("../../test/oracle/semeval2010-scorer.json", import.meta.url), "utf8"),
);

test.each(oracle.cases.map((of, i) => ({ ...of, name: `${i + 1}, ${of.gold.length} sentences` })))(
  "the official scorer agrees on case $name",
  ({ gold, predicted, answers }) => {
    const score = officialScore(gold.map((text, i) => pair(text, predicted[i]!)));
    const expectPercent = (actual: number, printed: number): void =>
      expect(Math.abs(100 * actual - printed)).toBeLessThanOrEqual(0.005 + 1e-9);
    expectPercent(score.macroF1, answers.official);
    expectPercent(score.macroPrecision, answers.macro[0]);
    expectPercent(score.macroRecall, answers.macro[1]);
    expectPercent(score.microF1, answers.micro[2]);
    expect(score.perRelation.map(({ relation }) => relation)).toEqual(Object.keys(answers.relations).sort());
    for (const { relation, precision, recall, f1 } of score.perRelation) {
      const [p, r, f] = answers.relations[relation]!;
      expectPercent(precision, p);
      expectPercent(recall, r);
      expectPercent(f1, f);
    }
  },
);

test("the full set of gold labels has the nine relations", () => {
  expect(Object.keys(oracle.cases[4]!.answers.relations).sort()).toEqual([...semevalRelations]);
});

describe("decodeSentences", () => {
  const id2label = ["Other", "Cause-Effect", "Message-Topic"];
  const given = (sentence: string, direction: Direction, ...probabilities: number[]) => ({
    sentence,
    direction,
    probabilities: Float32Array.from(probabilities),
  });

  test("takes the relation of the ordered pair that predicts one, else the more probable, else Other", () => {
    const { labels, skipped } = decodeSentences(
      ["only e2,e1", "both", "equal", "none", "skipped", "one pair"],
      [
        given("only e2,e1", "e1,e2", 0.9, 0.1, 0),
        given("only e2,e1", "e2,e1", 0.3, 0.4, 0.3),
        given("both", "e1,e2", 0.2, 0.5, 0.3),
        given("both", "e2,e1", 0.1, 0.2, 0.7),
        given("equal", "e2,e1", 0.25, 0.75, 0),
        given("equal", "e1,e2", 0.25, 0, 0.75),
        given("none", "e1,e2", 0.6, 0.4, 0),
        given("none", "e2,e1", 0.6, 0, 0.4),
        given("one pair", "e2,e1", 0, 1, 0),
        given("not asked for", "e1,e2", 0, 1, 0),
      ],
      id2label,
    );
    expect([...labels]).toEqual([
      ["only e2,e1", label("Cause-Effect(e2,e1)")],
      ["both", label("Message-Topic(e2,e1)")],
      ["equal", label("Message-Topic(e1,e2)")],
      ["none", "Other"],
      ["skipped", "Other"],
      ["one pair", label("Cause-Effect(e2,e1)")],
    ]);
    expect(skipped).toEqual(["skipped"]);
  });

  test("the no-relation label may have any id", () => {
    const { labels } = decodeSentences(["s"], [given("s", "e1,e2", 0.3, 0.6, 0.1)], id2label, 1);
    expect(labels.get("s")).toBe("Other");
  });
});
