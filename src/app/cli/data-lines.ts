import type { TrainEvent } from "../../index.ts";
import { listed, plural } from "../../report/words.ts";

/** The most labels that are all named; of more, only the most frequent are. */
const mostLabels = 30;

type DataEvent = Extract<TrainEvent, { type: "data" }>;

/** Pairs of a document from which on it costs far more to read each of them apart than the document at once. */
const manyPairs = 20;

/** Advice for pair encoding, where documents have many pairs: it reads the whole text again for each. */
function encodingAdvice({ documents, examples, examplesPerText, unit }: DataEvent): string[] {
  const pairs = examples.train / documents.train;
  if (unit.one !== "pair" || examplesPerText > 1 || pairs < manyPairs) return [];
  return [
    `  note: the text is read once for each pair, ${pairs.toFixed(0)} times for a document: --encoding document reads it once, in far less time`,
  ];
}

/** Describes the documents, examples and labels of a training run, each by part. */
export function dataLines(event: DataEvent): string[] {
  const { documents, examples, labels, unit } = event;
  const ofUnit = (count: number, which: string): string => `${count} ${which} ${count === 1 ? unit.one : unit.many}`;
  const { train, trainAll, trainCandidates } = examples;
  const leftOut = [
    ...(trainCandidates < trainAll ? [`${trainAll - trainCandidates} are not asked about`] : []),
    ...(train < trainCandidates
      ? [`${trainCandidates - train} without a relation are left out by --negatives-per-positive`]
      : []),
  ];
  const of = leftOut.length > 0 ? ` (of ${trainAll}: ${leftOut.join(", ")})` : "";
  const trained = `learns from ${ofUnit(train, "training")}${of}`;
  const ranked = labels.length > mostLabels ? labels.toSorted((a, b) => b.train - a.train) : labels;
  const counts = ranked.map(
    ({ label, train, validation, test }) =>
      `${label} ${[train, validation, test].filter((n) => n !== undefined).join("+")}`,
  );
  if (documents.test === undefined || examples.test === undefined) {
    return [
      `${plural(documents.train, "training document")}, ${documents.validation} held out (split by document), which also choose the checkpoint: their figures are optimistic`,
      `${trained}; scored on all ${ofUnit(examples.validation, "held-out")}, at natural prevalence`,
      `${unit.counted ?? unit.labels}, training + held out: ${listed(counts, mostLabels)}`,
      ...encodingAdvice(event),
    ];
  }
  return [
    `${plural(documents.train, "training document")}, ${documents.validation} for validation (choose the checkpoint), ${documents.test} for the test (scored once, at the end); split by document`,
    `${trained}; scored on all ${ofUnit(examples.validation, "validation")} and ${ofUnit(examples.test, "test")}, at natural prevalence`,
    `${unit.counted ?? unit.labels}, training + validation + test: ${listed(counts, mostLabels)}`,
    ...encodingAdvice(event),
  ];
}
