import { expect, test } from "vitest";
import { typedDocument } from "../../../../test/fixtures/schemas.ts";
import type { PairExample } from "../../../corpus/pairs.ts";
import { emptyLengthReport } from "../../../tokenization/inputs/length-report.ts";
import type { Encoded } from "../encoded.ts";
import { formatLosses } from "./losses.ts";

const schema = { noRelationId: 0 };
const document = typedDocument(["X", "Y"]);

/** Pairs of these labels that the model is not shown, and what else was lost. */
const encoded = (unscored: readonly number[], lost: Partial<Encoded<PairExample>>): Encoded<PairExample> => ({
  texts: [],
  count: 0,
  unscored: unscored.map((label) => ({
    example: { id: "", document, head: 0, tail: 1, label, labels: [label] },
    message: "",
    excluded: true,
  })),
  lengths: emptyLengthReport(),
  excluded: {},
  ...lost,
});

test("one line for each kind of loss, with its share, then how many related pairs are among them", () => {
  const lengths = { ...emptyLengthReport(), examples: 40, truncated: 10, tooFarApart: 2 };
  const pairs = encoded([0, 1, 1, 0], { lengths, excluded: { types: 30, distance: 20, count: 10 } });
  expect(formatLosses(pairs, schema, 200)).toEqual([
    "30 of 200 pairs (15.0 %) are not asked about: no relation of the schema joins their types",
    "20 of 200 pairs (10.0 %) are not asked about: farther apart than --max-distance",
    "10 of 200 pairs (5.0 %) are not asked about: beyond the nearest --max-pairs of their document",
    "10 of 40 pairs (25.0 %) keep only the part of the text around their mentions",
    "2 of 40 pairs (5.0 %) are not encoded: their mentions are too far apart for one encoding",
    "2 pairs with a relation are never shown to the model",
  ]);
});

test("is silent on what was not lost", () => {
  const bounded = encoded([0], { excluded: { types: 1, distance: 0, count: 0 } });
  expect(formatLosses(bounded, schema, 3)).toEqual([
    "1 of 3 pairs (33.3 %) are not asked about: no relation of the schema joins their types",
  ]);
  expect(formatLosses(encoded([], {}), schema, 3)).toEqual([]);
});
