import { describe, expect, test } from "vitest";
import type { DocumentPrediction, PairPredictionResult } from "../../model/tasks/prediction.ts";
import { predictionTable } from "./prediction-table.ts";

const text = "I know that I read it";
const entity = (start: number, end: number) => ({ start, end, type: "", text: text.slice(start, end) });
const answer = (head: number, tail: number, probabilities: Record<string, number>): PairPredictionResult => {
  const [[label, probability]] = Object.entries(probabilities).sort(([, a], [, b]) => b - a) as [[string, number]];
  return { head, tail, label, probability, probabilities };
};
const unscored = { label: "NO_REL", probability: 0, probabilities: {}, unscored: "too far apart" };
const table = (changes: Partial<DocumentPrediction>) =>
  predictionTable(
    { text, entities: [entity(2, 6), entity(14, 18), entity(19, 21)], relations: [], ...changes },
    "NO_REL",
  );

describe("predictionTable", () => {
  test("has a line a pair in the order given, answers below each other, two runners-up", () => {
    const relations = [
      answer(0, 1, { NO_REL: 0.1, WHO_DO: 0.7, DO_WHAT: 0.15, DO_WHEN: 0.05 }),
      answer(2, 1, { NO_REL: 0.9, WHO_DO: 0.1 }),
      { head: 1, tail: 2, ...unscored },
      { ...answer(2, 0, { NO_REL: 1, WHO_DO: 0 }), ruledOut: "no relation of the schema joins DATE to DATE" },
    ];
    expect(table({ relations })).toEqual({
      lines: [
        "know → read:  WHO_DO 0.700   (DO_WHAT 0.150, NO_REL 0.100)",
        "it → read:    NO_REL 0.900   (WHO_DO 0.100)",
        "read → it:    not scored, too far apart",
        "it → know:    NO_REL, not asked: no relation of the schema joins DATE to DATE",
      ],
      notes: [],
    });
  });

  test("tells mentions of the same words apart by their place, and cuts long ones", () => {
    const entities = [entity(0, 1), entity(12, 13), { ...entity(2, 6), text: `the\nnext ${"long ".repeat(9)}` }];
    const { lines } = table({ entities, relations: [answer(0, 1, { A: 1 }), answer(1, 2, { A: 1 })] });
    expect(lines).toEqual([
      "I[0:1] → I[12:13]:                            A 1.000",
      "I[12:13] → the next long long long long lo…:  A 1.000",
    ]);
  });

  test("lists every label of a pair that has several", () => {
    const relation = { ...answer(0, 1, { A: 0.9, B: 0.6, C: 0.2, D: 0.1, E: 0.1 }), labels: ["A", "B"] };
    expect(table({ relations: [relation] }).lines).toEqual(["know → read:  A 0.900, B 0.600   (C 0.200, D 0.100)"]);
  });

  test("says why a label is given that is not the most probable one", () => {
    const given = { head: 0, tail: 1, label: "A", probability: 0.48, probabilities: { NO_REL: 0.52, A: 0.48 } };
    const missed = { head: 1, tail: 2, label: "NO_REL", probability: 0.4, probabilities: { NO_REL: 0.4, A: 0.6 } };
    const relations = [
      given,
      { ...given, threshold: 0.3 },
      { ...missed, threshold: 0.75 },
      answer(2, 0, { A: 0.5, B: 0.5 }),
    ];
    expect(table({ relations })).toEqual({
      lines: [
        "know → read:  A 0.480   (NO_REL 0.520, but the model decided for A)",
        "know → read:  A 0.480   (NO_REL 0.520, but A is given from 0.300 on)",
        "read → it:    NO_REL 0.400   (A 0.600, but A is given only from 0.750 on)",
        "it → know:    A 0.500   (B 0.500)",
      ],
      notes: [
        "2 answers not the label with the highest probability: the model learnt from which probability on a relation is given (relata model info names them; --thresholds of train). Take the label as the answer.",
        "1 answer not the label with the highest probability: the model decides first; calibration then corrects the probabilities, so that they say how often such answers are right, and changes no answer. Take the label as the answer (docs/trust.md).",
      ],
    });
  });

  test("of many pairs lists those with a relation and counts the others", () => {
    const none = Array.from({ length: 30 }, () => answer(1, 2, { NO_REL: 0.8, A: 0.2 }));
    expect(table({ relations: none }).lines).toHaveLength(30);
    const relations = [...none, answer(0, 1, { NO_REL: 0.2, A: 0.8 }), { head: 0, tail: 2, ...unscored }];
    expect(table({ relations })).toEqual({
      lines: ["know → read:  A 0.800   (NO_REL 0.200)"],
      notes: ["31 pairs without a relation (1 of them not scored) not listed; --json has all."],
    });
  });

  test("has a line an entity that was classified itself", () => {
    const entities = [{ ...entity(2, 6), label: "VERB", probability: 0.75, probabilities: { VERB: 0.75, NOUN: 0.25 } }];
    expect(table({ entities }).lines).toEqual(["know:  VERB 0.750   (NOUN 0.250)"]);
  });
});
