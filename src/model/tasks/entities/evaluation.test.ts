import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Document } from "../../../corpus/document.ts";
import { strictEntityScores } from "../../../evaluation/entities/strict.ts";
import { scoreEntities } from "./evaluation.ts";
import type { TextAnswer } from "./answers.ts";
import type { TypedSpan } from "./spans.ts";

const types = ["A", "B", "C"];
const spans = fc.uniqueArray(fc.record({ start: fc.nat(4), length: fc.integer({ min: 1, max: 3 }), type: fc.nat(2) }), {
  maxLength: 6,
  selector: ({ start, length, type }) => `${start} ${length} ${type}`,
});

test("the scores of the task are the strict scores of entities, nested and overlapping ones too", () => {
  const toSpans = (given: readonly { start: number; length: number; type: number }[]): TypedSpan[] =>
    given.map(({ start, length, type }) => ({ start, end: start + length, type }));
  fc.assert(
    fc.property(fc.array(fc.record({ gold: spans, found: spans }), { maxLength: 4 }), (cases) => {
      const texts = cases.map(({ gold, found }) => ({ gold: toSpans(gold), found: toSpans(found) }));
      const answers = texts.map(({ gold, found }, i): TextAnswer => {
        const document: Document = { id: String(i), text: "abcdefgh", entities: [], relations: [] };
        const example = { id: document.id, document, gold, labels: gold.map(({ type }) => type) };
        const withProbability = found.map((span) => ({ ...span, probability: 1 }));
        return { example, labels: [], probabilities: [], found: withProbability, goldProbabilities: gold.map(() => 0) };
      });
      const named = (given: readonly TypedSpan[]) => given.map((span) => ({ ...span, type: types[span.type]! }));
      const expected = strictEntityScores(texts.map(({ gold, found }) => ({ gold: named(gold), found: named(found) })));
      const { scores } = scoreEntities(answers, [], { value: 0, protocol: "none" }, types);
      expect(scores.microF1).toBeCloseTo(expected.micro.f1, 12);
      expect(scores.macroF1).toBeCloseTo(expected.macro.f1, 12);
      for (const { label, precision, recall } of expected.perLabel)
        expect(scores.perLabel.find((one) => one.label === label)).toMatchObject({ precision, recall });
    }),
    { numRuns: 300 },
  );
});
