import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Document } from "../corpus/document.ts";
import type { PairExample } from "../corpus/pairs.ts";
import { argmax } from "./argmax.ts";
import { excerptOf, markedText, worstMistakes, type MarkedSpans } from "./mistakes.ts";

const id2label = ["NO_REL", "R1", "R2"];

const documentOf = (text: string, ...spans: [number, number][]): Document => ({
  id: "d",
  text,
  entities: spans.map(([start, end]) => ({ start, end, type: "" })),
  relations: [],
  source: { file: "a.jsonlines", line: 3 },
});

const spansOf = ({ document, head, tail }: Pick<PairExample, "document" | "head" | "tail">): MarkedSpans => ({
  head: document.entities[head]!,
  tail: document.entities[tail]!,
});

const excerpt = (document: Document, context: number): string =>
  markedText(excerptOf(document.text, spansOf({ document, head: 0, tail: 1 }), context));

test("lists wrong pairs only, the surest first, with both probabilities", () => {
  const document = documentOf("Ann met Bo", [0, 3], [8, 10]);
  const prediction = (id: string, label: number, ...probabilities: number[]) => ({
    example: { id, document, head: 0, tail: 1, label, labels: [label] },
    probabilities,
    labels: [argmax(probabilities)],
  });
  const predictions = [
    prediction("unsure", 1, 0.5, 0.3, 0.2),
    prediction("right", 1, 0.0, 1.0, 0.0),
    prediction("sure", 0, 0.02, 0.08, 0.9),
    prediction("unsure too", 2, 0.5, 0.3, 0.2),
  ];
  const { worst, total } = worstMistakes(predictions, id2label, spansOf, { limit: 2 });
  expect(total).toBe(3);
  expect(worst.map(({ id }) => id)).toEqual(["sure", "unsure"]);
  expect(worst[0]).toMatchObject({
    gold: "NO_REL",
    predicted: "R2",
    probability: 0.9,
    goldProbability: 0.02,
    at: { file: "a.jsonlines", line: 3 },
  });
  expect(markedText(worst[0]!.excerpt)).toBe("<head>Ann</head> met <tail>Bo</tail>");
});

test("of several labels the set must be right, in any order; all are named, the first one's probability is told", () => {
  const document = documentOf("Ann met Bo", [0, 3], [8, 10]);
  const prediction = (id: string, gold: number[], labels: number[]) => ({
    example: { id, document, head: 0, tail: 1, label: gold[0]!, labels: gold },
    probabilities: [0.1, 0.75, 0.5],
    labels,
  });
  const { worst, total } = worstMistakes(
    [
      prediction("right", [2, 1], [1, 2]),
      prediction("missed", [1, 2], [2]),
      prediction("too many", [1], [1, 2]),
      prediction("none", [2], [0]),
    ],
    id2label,
    spansOf,
  );
  expect(total).toBe(3);
  expect(
    worst.map(({ id, gold, predicted, probability, goldProbability }) => [
      id,
      gold,
      predicted,
      probability,
      goldProbability,
    ]),
  ).toEqual([
    ["too many", "R1", "R1 + R2", 0.75, 0.75],
    ["missed", "R1 + R2", "R2", 0.5, 0.75],
    ["none", "R2", "NO_REL", 0.1, 0.5],
  ]);
});

test.each([
  ["head after tail", documentOf("Ann met Bo", [8, 10], [0, 3]), 60, "<tail>Ann</tail> met <head>Bo</head>"],
  ["tail in head", documentOf("the Bank of Rome", [4, 16], [12, 16]), 60, "the <head>Bank of <tail>Rome</tail></head>"],
  ["one span twice", documentOf("Rome fell", [0, 4], [0, 4]), 60, "<head><tail>Rome</tail></head> fell"],
  ["overlap", documentOf("abcdef", [0, 4], [2, 6]), 60, "<head>ab<tail>cd</head>ef</tail>"],
  [
    "far apart",
    documentOf(
      "Ann, after a very long walk through the whole of the old town, met Bo there at night",
      [0, 3],
      [67, 69],
    ),
    5,
    "<head>Ann</head>, after … town, met <tail>Bo</tail> there …",
  ],
  ["line breaks", documentOf("Ann\n\n  met\tBo", [0, 3], [11, 13]), 60, "<head>Ann</head> met <tail>Bo</tail>"],
])("marks spans: %s", (_, document, context, expected) => {
  expect(excerpt(document, context)).toBe(expected);
});

test("both surfaces are whole in every excerpt and no character is cut", () => {
  const text = fc.array(fc.constantFrom("a", "é", " ", "😀", "漢"), { minLength: 4, maxLength: 120 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), fc.nat(20), (characters, cuts, context) => {
      const starts = characters.map((_, i) => characters.slice(0, i).join("").length);
      const span = (a: number, b: number): [number, number] => {
        const [from, to] = [a % characters.length, b % characters.length].sort((x, y) => x - y);
        return [starts[from!]!, starts[to!]! + characters[to!]!.length];
      };
      const document = documentOf(characters.join(""), span(cuts[0]!, cuts[1]!), span(cuts[2]!, cuts[3]!));
      const parts = excerptOf(document.text, spansOf({ document, head: 0, tail: 1 }), context);
      for (const [role, entity] of [
        ["head", document.entities[0]!],
        ["tail", document.entities[1]!],
      ] as const) {
        const marked = parts.filter((part) => part[role]).map((part) => part.text);
        expect(marked.join("")).toBe(document.text.slice(entity.start, entity.end));
      }
      expect(parts.some((part) => /\p{Surrogate}/u.test(part.text))).toBe(false);
    }),
  );
});
