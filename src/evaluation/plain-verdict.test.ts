import { expect, test } from "vitest";
import { sampleReport } from "../../test/support/sample-report.ts";
import { entityUnit, pairUnit } from "../corpus/unit.ts";
import { confusionOf } from "./confusion.ts";
import { countByDistance } from "./distances.ts";
import { plainVerdict, type PointKind } from "./plain-verdict.ts";
import { scoresOf } from "./scores.ts";

test("names what a model is good at, confuses, never finds, and where a rule is better", () => {
  const report = sampleReport();
  const trained = new Map(report.data!.labels.map(({ label, train }) => [label, train]));
  const { lead, standing, points } = plainVerdict({ ...report, trained });
  const relations = report.scores.perLabel.slice(1);
  const right = relations.reduce((sum, { truePositives }) => sum + truePositives, 0);
  expect(lead[0]).toContain(`finds ${right} of the 119 annotated relations`);
  expect(standing).toBe("surely");
  const labelsOf = (kind: PointKind): (readonly string[])[] =>
    points.find((point) => point.kind === kind)?.items.map(({ labels }) => labels) ?? [];
  expect(labelsOf("good")).toEqual([["WORKS_FOR"]]);
  expect(labelsOf("confuses")).toEqual([["BORN_IN", "LIVES_IN"]]);
  expect(labelsOf("never")).toEqual([["OWNS"]]);
  expect(labelsOf("rule")).toEqual([["LIVES_IN"]]);
  expect(labelsOf("few")).toEqual([["KNOWS"]]);
});

test("gives the reason why a label is never found, and owns up to a model that no rule has to fear", () => {
  const id2label = ["NO_REL", "R"];
  const confusion = confusionOf([0, 0, 1, 1], [0, 0, 0, 0], id2label);
  const rule = { name: "types", scores: scoresOf(confusionOf([0, 0, 1, 1], [0, 0, 1, 0], id2label)) };
  const comparison = { documents: 2, resamples: 0, scores: [], intervals: [], labels: [] };
  const facts = { unit: pairUnit, scores: scoresOf(confusion), confusion, baselines: [rule], comparison };
  const { lead, standing, points } = plainVerdict({ ...facts, trained: new Map([["R", 3]]) });
  expect(lead[0]).toBe("The model reports nothing, though 2 relations are annotated.");
  expect(standing).toBe("not");
  expect(points).toEqual([
    {
      kind: "never",
      items: [
        {
          labels: ["R"],
          text: "none of 2; because there were only 3 to learn from; the relation is never predicted (all taken for no relation)",
        },
      ],
    },
  ]);
});

test("a rule is called better where it is, and as good where both have the same figures", () => {
  const id2label = ["NO_REL", "R"];
  const gold = [0, 1, 1, 1, 1, 1, 1];
  const scoresFor = (predicted: readonly number[]) => scoresOf(confusionOf(gold, [...predicted], id2label));
  const confusion = confusionOf(gold, [0, 1, 1, 1, 0, 0, 0], id2label);
  const own = scoresOf(confusion);
  const f1 = own.perLabel[1]!.f1;
  const read = (rule: readonly number[]): readonly (readonly string[])[] => {
    const scores = scoresFor(rule);
    const rival = {
      baseline: "types",
      f1: scores.perLabel[1]!.f1,
      difference: f1 - scores.perLabel[1]!.f1,
      low: -1,
      high: 1,
    };
    const labels = [{ id: 1, f1, low: 0, high: 1, rival }];
    const comparison = { documents: 7, resamples: 200, scores: [], intervals: [], labels };
    const facts = { unit: pairUnit, scores: own, confusion, baselines: [{ name: "types", scores }], comparison };
    const { lead, points } = plainVerdict(facts);
    return [lead.slice(1), points.find(({ kind }) => kind === "rule")?.items.map(({ text }) => text) ?? []];
  };
  const rule = "the best rule that does not read the text (“types”), which reports";
  expect(read([0, 0, 0, 0, 1, 1, 1])).toEqual([
    [
      `That is exactly as good as ${rule} 3 relations, 3 of them right: these texts give no reason to prefer the model.`,
    ],
    ["the rule “types” is exactly as good: F1 0.67"],
  ]);
  expect(read([0, 1, 1, 1, 1, 0, 0])).toEqual([
    [`That is worse than ${rule} 4 relations, 4 of them right: the model is not worth its effort yet.`],
    ["the rule “types” is better: F1 0.80, the model 0.67"],
  ]);
  expect(read([0, 1, 1, 0, 0, 0, 0])).toEqual([
    [`That is better than ${rule} 2 relations, 2 of them right; on 7 documents that may be chance.`],
    [],
  ]);
});

test("where every label means something, it counts right labels", () => {
  const confusion = confusionOf([0, 1, 1], [0, 1, 0], ["A", "B"]);
  const comparison = { documents: 3, resamples: 0, scores: [], intervals: [], labels: [] };
  const scores = scoresOf(confusion, { noRelationId: null });
  const { lead } = plainVerdict({ unit: entityUnit, scores, confusion, baselines: [], comparison });
  expect(lead).toEqual(["The model gives 2 of 3 entities (67 %) the type that was annotated."]);
});

test("says so if relations are lost where mentions are far apart", () => {
  const bin = (from: number, right: number) => ({ from, to: null, gold: 20, predicted: 20, right });
  const far = (right: number): PointKind[] =>
    plainVerdict({ ...sampleReport(), distances: [bin(0, 18), bin(11, right)] }).points.map(({ kind }) => kind);
  expect(far(4)).toContain("far");
  expect(far(17)).not.toContain("far");
});

test("distances are words between two mentions, in either order; touching mentions have none", () => {
  const text = "Ann met, yesterday, Bo";
  const document = { id: "d", text, entities: [], relations: [] };
  const [ann, bo] = [
    { start: 0, end: 3 },
    { start: 20, end: 22 },
  ];
  const answer = (labels: number[], predicted: number[], spans = { head: bo, tail: ann }) => ({
    example: { id: "d", document, labels },
    spans,
    predicted,
  });
  const touching = { head: ann, tail: { start: 3, end: 7 } };
  expect(countByDistance([answer([1], [1]), answer([1], [0], touching), answer([0], [0])], 0)).toEqual([
    { from: 0, to: 0, gold: 1, predicted: 0, right: 0 },
    { from: 1, to: 2, gold: 1, predicted: 1, right: 1 },
  ]);
});
