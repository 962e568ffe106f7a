import { defaultThreshold } from "../../../evaluation/decoding.ts";
import type { RelationRule } from "../../../corpus/schema.ts";
import type { Fact } from "../task.ts";
import type { RelationsLearned } from "./learned.ts";

const encodings = {
  pair: "pair: a text is read once for each pair, with head and tail marked",
  document: "document: a text is read once, with all its entities",
} as const;

/** How a model reads, which pairs it is asked about, and how many labels it gives them. */
export const facts = (learned: RelationsLearned): Fact[] => [
  { name: "encoding", value: encodings[learned.encoding] },
  ...(learned.markers === "typed"
    ? [{ name: "markers", value: "typed: the words of an entity's type stand before it" }]
    : learned.markers === "tokens"
      ? [{ name: "markers", value: "tokens: [E1] and [/E1] stand around the head, [E2] and [/E2] around the tail" }]
      : []),
  { name: "asked about", value: candidates(learned) },
  { name: "gives", value: labelsOfPair(learned) },
];

function candidates({ candidates: which, bounds: { maxDistance, maxPairs } }: RelationsLearned): string {
  return [
    which === "schema" ? "pairs of types that a relation joins" : "all pairs",
    ...(maxDistance === undefined ? [] : [`at most ${maxDistance} characters apart`]),
    ...(maxPairs === undefined ? [] : [`the nearest ${maxPairs} of a text`]),
  ].join(", ");
}

function labelsOfPair({ id2label, multiLabel, thresholds = [] }: RelationsLearned): string {
  if (!multiLabel) return "one label a pair";
  const own = id2label.flatMap((label, id) => {
    const threshold = thresholds[id] ?? defaultThreshold;
    return threshold === defaultThreshold ? [] : [`${label} ${Number(threshold.toFixed(4))}`];
  });
  const others = own.length > 0 ? ` (${own.join(", ")})` : "";
  return `several labels a pair, each from probability ${defaultThreshold} on${others}`;
}

/** For each relation the types that it joins, with the counts of the training documents, and its mirror. */
export const labelFacts = ({ schema: { rules } }: RelationsLearned): Fact[] =>
  [...rules].map(([name, { types, symmetric, inverse }]: [string, RelationRule]) => {
    const joins = (types ?? []).map(([head, tail, count]) => `${head || "no type"} → ${tail || "no type"} (${count})`);
    const marks = [...(symmetric ? ["symmetric"] : []), ...(inverse === null ? [] : [`inverse ${inverse}`])];
    const what = types === null ? "any types" : joins.join(", ") || "nothing: it was never seen in training";
    return { name, value: [what, ...marks].join("; ") };
  });
