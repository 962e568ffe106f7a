import type { Calibration } from "../../../evaluation/calibration.ts";
import { defaultThreshold, type Thresholds } from "../../../evaluation/decoding.ts";
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
  ...(learned.calibration ? [{ name: "calibration", value: calibrationText(learned.calibration, learned) }] : []),
];

function calibrationText({ kind, temperature, offsets, beta }: Calibration, { id2label }: RelationsLearned): string {
  if (kind === "none") return "none: on the validation documents no kind was better than the probabilities as they are";
  const shifts = [...new Set(offsets)].flatMap((offset) => {
    if (offset === 0) return [];
    const labels = id2label.filter((_, id) => offsets[id] === offset);
    const of = labels.length > 1 && labels.length >= id2label.length - 1 ? "all relations" : labels.join(", ");
    return [`${signed(offset)} for ${of}`];
  });
  const shifted = shifts.length > 0 ? `, logits shifted by ${shifts.join(", ")}` : "";
  const curve = beta
    ? `, then bent: ${beta[0].toFixed(2)} · ln p − ${beta[1].toFixed(2)} · ln(1 − p) ${signed(beta[2])}`
    : "";
  return `temperature ${temperature.toFixed(2)}${shifted}${curve}; transformers, which does not know of it, has the logits as they are`;
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

function candidates({ candidates: which, bounds: { maxDistance, maxPairs } }: RelationsLearned): string {
  return [
    which === "schema" ? "pairs of types that a relation joins" : "all pairs",
    ...(maxDistance === undefined ? [] : [`at most ${maxDistance} characters apart`]),
    ...(maxPairs === undefined ? [] : [`the nearest ${maxPairs} of a text`]),
  ].join(", ");
}

function oneAbove(id2label: readonly string[], thresholds: Thresholds, none: number): string {
  const values = id2label.flatMap((label, id) => (id === none ? [] : [{ label, threshold: thresholds[id]! }]));
  const text = (threshold: number): string => String(Number(threshold.toFixed(4)));
  const isOne = values.every(({ threshold }) => threshold === values[0]?.threshold);
  const from = isOne
    ? text(values[0]?.threshold ?? defaultThreshold)
    : values.map(({ label, threshold }) => `${label} ${text(threshold)}`).join(", ");
  return `one label a pair: the most probable relation, from this probability on: ${from}`;
}

function labelsOfPair({ id2label, multiLabel, thresholds, noRelationId }: RelationsLearned): string {
  if (!multiLabel) return thresholds ? oneAbove(id2label, thresholds, noRelationId) : "one label a pair";
  const own = id2label.flatMap((label, id) => {
    const threshold = thresholds?.[id] ?? defaultThreshold;
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
