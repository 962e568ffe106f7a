import { expect, test } from "vitest";
import type { PairExample } from "../../../corpus/pairs.ts";
import { openSchema } from "../../../corpus/schema.ts";
import type { CorpusSource } from "../../../formats/read.ts";
import type { Encoded } from "../encoded.ts";
import { evaluatePairs, scoresOfLogits } from "./evaluation.ts";

test("probabilities before and after calibration are of the same answers", () => {
  const text = "Ana met Bob.";
  const entities = [
    { start: 0, end: 3, type: "PER" },
    { start: 8, end: 11, type: "PER" },
  ];
  const document = { id: "1", text, entities, relations: [] };
  const example: PairExample = { id: "1", document, head: 0, tail: 1, label: 1, labels: [1] };
  const other = { ...example, id: "2", head: 1, tail: 0, label: 0, labels: [0] };
  const schema = openSchema({ noRelationLabel: "none", id2label: ["none", "met"] }, true);
  const texts = [{ encoding: undefined as never, examples: [example, other] }];
  const encoded = { texts, count: 2, unscored: [], excluded: {} } as unknown as Encoded<PairExample>;
  // Probabilities 0.35 and 0.2, which are 0.6 and 0.4 once calibrated: the first one is given.
  const logits = [Float32Array.of(0, Math.log(0.35 / 0.65), 0, Math.log(0.2 / 0.8))];
  const calibration = {
    kind: "temperature+prior",
    temperature: 1,
    offsets: [0, Math.log(0.6 / 0.4 / (0.35 / 0.65))],
  } as const;
  const scored = scoresOfLogits(encoded, logits, schema, { calibration });
  const { reliability } = evaluatePairs(
    encoded,
    scored,
    schema,
    [],
    [{ formats: ["relata"] } as unknown as CorpusSource],
  );
  expect(scored.scores.loss).toBeCloseTo(scoresOfLogits(encoded, logits, schema).scores.loss!, 12);
  expect(scored.scores.protocol.loss).toContain("before calibration");
  expect(reliability!.relations).toMatchObject({ count: 1, right: 1 });
  expect(reliability!.relations.probability).toBeCloseTo(0.6, 6);
  expect(reliability!.before!.relations).toMatchObject({ count: 1, right: 1 });
  expect(reliability!.before!.relations.probability).toBeCloseTo(0.35, 6);
});
