import { listed } from "../../../quote.ts";
import { CheckpointError } from "../../checkpoint-error.ts";
import { pairHeads } from "../../heads/pair-head.ts";
import type { StoredReading, StoredTask } from "../task.ts";
import { readStored } from "./store.ts";

const typedNote =
  "the model reads the types of head and tail in the text: write them before the mentions, as in " +
  `${JSON.stringify("* subj * Anna")}, and make them part of the spans; README.md of the model that was exported has an example`;

const tokensNote =
  'put the special tokens "[E1]" and "[/E1]" of the vocabulary around the head, "[E2]" and "[/E2]" around the tail, and give the ' +
  "places of the opening ones as marker_positions; README.md of the model that was exported has an example";

/** The head of the pair features, and what an exported graph has to be given beside what config.json says. */
export function storedReading(task: StoredTask): StoredReading {
  const { encoding, markers, pairFeatures, schema, calibration } = readStored(task, "relata.json");
  const notes = { plain: [], typed: [typedNote], tokens: [tokensNote] };
  const isPaired = encoding === "pair";
  return {
    // The plain head is the one that config.json names.
    head: pairFeatures === "states" ? undefined : pairHeads[pairFeatures],
    readsDocuments: !isPaired,
    answers: { encoding, ...(isPaired ? { markers } : {}), pairFeatures, schema, calibration },
    metadata: { ...(isPaired ? {} : { encoding }), ...(markers === "plain" ? {} : { markers }) },
    notes: isPaired ? notes[markers] : [],
  };
}

/** Describes encoding and schema. @throws CheckpointError if the schema is of other labels */
export function describeStored(task: StoredTask, id2label: readonly string[], file: string): string {
  const { encoding, markers, schema, calibration } = readStored(task, file);
  const shown = { plain: "", typed: " with typed markers", tokens: " with special tokens as markers" };
  const reading = `${encoding} encoding${shown[markers]}`;
  if (!schema) return `${reading}, no schema`;
  const relations = Object.entries(schema.relations);
  const strange = [
    ...relations.map(([label]) => label),
    ...Object.keys(schema.thresholds),
    ...Object.keys(calibration?.offsets ?? {}),
  ].filter((label) => !id2label.includes(label));
  if (strange.length > 0) {
    throw new CheckpointError("its schema is not that of its labels", {
      file,
      expected: `relations among ${id2label.join(", ")}`,
      found: listed(strange, 3),
      next: "Was it edited? Name the relations as the labels are named.",
    });
  }
  const symmetric = relations.filter(([, rule]) => rule.symmetric).map(([label]) => label);
  const marks = symmetric.length > 0 ? `, symmetric: ${symmetric.join(", ")}` : "";
  return `${reading}, a schema of ${relations.length} relations${marks}`;
}
