import type { RelataManifest } from "../../manifest.ts";
import { defaultThreshold } from "../../../evaluation/decoding.ts";

/** One fact for people to read. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

type Decision = Pick<RelataManifest, "encoding" | "markers" | "schema">;

const encodings = {
  pair: "pair: a text is read once for each pair, with head and tail marked",
  document: "document: a text is read once, with all its entities",
} as const;

/** How a model reads, which pairs it is asked about, and how many labels it gives them. */
export const decisionFacts = ({ encoding, markers, schema }: Decision): Fact[] => [
  { name: "encoding", value: encodings[encoding] },
  ...(markers === "typed" ? [{ name: "markers", value: "typed: the words of an entity's type stand before it" }] : []),
  { name: "asked about", value: candidates(schema) },
  { name: "gives", value: labelsOfPair(schema) },
];

function candidates(schema: Decision["schema"]): string {
  const { candidates: which = "all", maxDistance = null, maxPairs = null } = schema ?? {};
  return [
    which === "schema" ? "pairs of types that a relation joins" : "all pairs",
    ...(maxDistance === null ? [] : [`at most ${maxDistance} characters apart`]),
    ...(maxPairs === null ? [] : [`the nearest ${maxPairs} of a text`]),
  ].join(", ");
}

function labelsOfPair(schema: Decision["schema"]): string {
  if (!schema?.multiLabel) return "one label a pair";
  const thresholds = Object.entries(schema.thresholds).map(([label, value]) => `${label} ${Number(value.toFixed(4))}`);
  const others = thresholds.length > 0 ? ` (${thresholds.join(", ")})` : "";
  return `several labels a pair, each from probability ${defaultThreshold} on${others}`;
}

/** Of each relation of a schema what it joins, with the counts of the training documents, and whether it has a mirror. */
export const relationFacts = (schema: NonNullable<Decision["schema"]>): Fact[] =>
  Object.entries(schema.relations).map(([name, { types, symmetric, inverse }]) => {
    const joins = (types ?? []).map(([head, tail, count]) => `${head || "no type"} → ${tail || "no type"} (${count})`);
    const marks = [...(symmetric ? ["symmetric"] : []), ...(inverse === null ? [] : [`inverse ${inverse}`])];
    const what = types === null ? "any types" : joins.join(", ") || "nothing: it was never seen in training";
    return { name, value: [what, ...marks].join("; ") };
  });
