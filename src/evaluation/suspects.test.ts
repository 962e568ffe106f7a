import { expect, test } from "vitest";
import { random } from "../random.ts";
import { nothing, rankSuspects, suspicionOf, suspiciousDocuments, type OutOfFold } from "./suspects.ts";

const entities = [
  { start: 0, end: 3, type: "PER" },
  { start: 8, end: 10, type: "PER" },
];
const document = { id: "d", text: "Ann met Bo", entities, relations: [], metadata: { language: "en" } };
const spans = { head: entities[0]!, tail: entities[1]! };
const place = (given: readonly string[], probabilities: Record<string, number>, fold = 0): OutOfFold => ({
  document,
  spans,
  fold,
  given,
  probabilities: new Map(Object.entries(probabilities)),
});

test("the reasons of wrong, superfluous and missing annotations", () => {
  const places = [
    place(["met"], { met: 0.1, saw: 0.85, [nothing]: 0.05 }),
    place(["met"], { met: 0.02, saw: 0.05, [nothing]: 0.93 }),
    place([], { met: 0.9, saw: 0.05, [nothing]: 0.05 }),
    place(["met"], { met: 0.9, saw: 0.05, [nothing]: 0.05 }),
    place(["saw"], { met: 0.1, saw: 0.8, [nothing]: 0.1 }),
    place([], { met: 0.1, saw: 0.1, [nothing]: 0.8 }),
  ];
  const suspects = rankSuspects(places).filter(({ score }) => score > 0);
  expect(suspects.map(suspicionOf)).toEqual([
    '"Ann" → "Bo": is met missing? The model gives it 90 %, and 5 % to nothing.',
    '"Ann" → "Bo": is met wrong? The model gives it 10 %, and 85 % to saw.',
    '"Ann" → "Bo": is met too much? The model gives it 2 %, and 93 % to nothing.',
  ]);
  expect(suspiciousDocuments(suspects)).toEqual([
    { ...document, metadata: { language: "en", suspects: suspects.map(suspicionOf) } },
  ]);
});

test("of several labels on a pair each is judged, and none is suggested that is there", () => {
  const [first, second] = rankSuspects([place(["met", "saw"], { met: 0.1, saw: 0.9, knows: 0.3, [nothing]: 0.1 })]);
  expect(first).toMatchObject({ given: "met", suggested: "knows" });
  expect(second).toMatchObject({ given: "saw", suggested: "knows" });
  expect(first!.score).toBeGreaterThan(0);
  expect(second!.score).toBeLessThan(0);
});

test("a label that the model of the fold does not know is no suspect", () => {
  expect(rankSuspects([place(["rare"], { met: 0.9, [nothing]: 0.1 })])).toEqual([]);
});

test("what the model misses is no suspect by that alone, since it misses much of what is right", () => {
  const missed = place(["met"], { met: 0.05, saw: 0.001, [nothing]: 0.949 });
  const wrong = place(["met"], { met: 0.2, saw: 0.45, [nothing]: 0.35 });
  const [first, second] = rankSuspects([missed, wrong]);
  expect(first).toMatchObject({ given: "met", suggested: "saw", givenProbability: 0.2 });
  expect(second!.score).toBeLessThan(0);
});

test("where there is one label alone it is compared with nothing", () => {
  const [first, second] = rankSuspects([
    place(["met"], { met: 0.9, [nothing]: 0.1 }),
    place(["met"], { met: 0.1, [nothing]: 0.9 }),
  ]);
  expect(first).toMatchObject({ suggested: nothing, givenProbability: 0.1 });
  expect(second!.score).toBeLessThan(0);
});

test("where the model is undecided, the labels of like places in other folds decide", () => {
  const even = { met: 0.4, saw: 0.4, [nothing]: 0.2 };
  const elsewhere = Array.from({ length: 9 }, () => place(["saw"], { met: 0.1, saw: 0.9, [nothing]: 0 }, 1));
  const [first] = rankSuspects([place(["met"], even), place(["saw"], even), ...elsewhere]);
  expect(first).toMatchObject({ given: "met", suggested: "saw" });
});

test("planted errors come first when the model knows better than chance", () => {
  const stream = random("suspects");
  const labels = ["a", "b", "c"];
  const planted = new Set<OutOfFold>();
  const places = Array.from({ length: 1000 }, (_, i) => {
    const right = labels[i % 3]!;
    const isWrong = i % 20 === 0;
    const given = isWrong ? labels[(i + 1) % 3]! : right;
    const noise = labels.map(() => stream.next());
    const sum = noise.reduce((a, b) => a + b, 1);
    const of = place(
      [given],
      Object.fromEntries(labels.map((label, l) => [label, (noise[l]! + Number(label === right)) / sum])),
    );
    if (isWrong) planted.add(of);
    return of;
  });
  const ranked = rankSuspects(places).slice(0, planted.size);
  const wrongPlaces = [...planted].map((one) => one.probabilities);
  const found = ranked.filter(({ given, givenProbability }) =>
    wrongPlaces.some((probabilities) => probabilities.get(given) === givenProbability),
  );
  expect(found.length / planted.size).toBeGreaterThan(0.7);
});
