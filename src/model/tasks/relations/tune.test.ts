import { expect, test } from "vitest";
import type { PairExample } from "../../../corpus/pairs.ts";
import { openSchema } from "../../../corpus/schema.ts";
import { bent } from "../../../evaluation/calibration.ts";
import { densityShift } from "../../../evaluation/density.ts";
import { random } from "../../../random.ts";
import type { Encoded } from "../encoded.ts";
import type { RelationsLearned } from "./learned.ts";
import type { RelationsRun } from "./settings.ts";
import { tune } from "./tune.ts";

const entities = [0, 1].map((start) => ({ start, end: start + 1, type: "PER" }));
const draw = random("tune");
/** Documents of ten pairs, of which this share is related. */
const pairs = (documents: number, share: number): PairExample[] =>
  Array.from({ length: documents }, (_, d) => ({ id: `${d}`, text: "ab", entities, relations: [] })).flatMap(
    (document) =>
      Array.from({ length: 10 }, (_, i): PairExample => {
        const label = Number(draw.next() < share);
        return { id: `${i}`, document, head: 0, tail: 1, label, labels: [label] };
      }),
  );

test("a validation part that was drawn is shifted to the frequency of relations in all parts, a file is not", () => {
  const [asked, held] = [pairs(100, 0.3), pairs(40, 0.5)];
  // Twice too sure, and of another prior.
  const logits = held.map(({ label }) => Float32Array.of(0, 6 * (draw.next() - 0.5) + 3 * label - 4));
  const texts = held.map((example) => ({ encoding: undefined as never, examples: [example] }));
  const encoded = { texts, count: held.length } as unknown as Encoded<PairExample>;
  const schema = openSchema({ noRelationLabel: "none", id2label: ["none", "met"] }, true);
  const learned = { decoding: schema, multiLabel: true, noRelationId: 0, id2label: schema.id2label };
  const tuned = (validation?: string) =>
    tune(
      { encoded, logits, asked, trained: asked },
      learned as unknown as RelationsLearned,
      {
        calibration: "fit",
        thresholds: "none",
        classWeights: "none",
        validation,
      } as RelationsRun,
    )!.learned.calibration!;
  const [drawn, given] = [tuned(), tuned("validation.jsonl")];
  const shift = densityShift(asked, held, 0);
  expect(shift).toBeLessThan(-0.2);
  expect(drawn.kind).toBe(given.kind);
  const of = ({ temperature, offsets, beta }: typeof drawn, z: number): number => {
    const scaled = (z + offsets[1]!) / temperature;
    return beta ? bent(scaled, beta) : scaled;
  };
  for (const z of [-2, 0, 2]) expect(of(drawn, z) - of(given, z)).toBeCloseTo(shift, 9);
});

test("a validation part without a relation calibrates nothing", () => {
  const held = pairs(40, 0);
  const logits = held.map(() => Float32Array.of(0, draw.next() - 0.5));
  const texts = held.map((example) => ({ encoding: undefined as never, examples: [example] }));
  const encoded = { texts, count: held.length } as unknown as Encoded<PairExample>;
  const schema = openSchema({ noRelationLabel: "none", id2label: ["none", "met"] }, false);
  const learned = { decoding: schema, multiLabel: false, noRelationId: 0, id2label: schema.id2label };
  const asked = pairs(100, 0.3);
  const settings = { calibration: "fit", thresholds: "none", classWeights: "none" } as RelationsRun;
  expect(
    tune({ encoded, logits, asked, trained: asked }, learned as unknown as RelationsLearned, settings),
  ).toBeUndefined();
});
