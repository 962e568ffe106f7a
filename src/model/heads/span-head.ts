import { concat, gather, reshape } from "../../autodiff/index.ts";
import { flattened as flattenedInGraph } from "../../nn/given-inputs.ts";
import { int32, type TensorValue } from "../../runtime/values.ts";
import type { Batch } from "../../tokenization/inputs/collate.ts";
import { denseHead, type Head } from "./head.ts";

/**
 * Classifies each mention by the states of the first and the last word of its span and its own, as
 * `LukeForEntitySpanClassification` does. Padding mentions have rows too; they read the first word of their text.
 */
export const spanHead: Head = denseHead({
  name: "span",
  reads: "both",
  rows: "batch*entities",
  statesPerRow: 3,
  wordsPerRow: 2,
  bias: true,
  features: (builder, { words, mentions }, H) => {
    const flat = reshape(words!, ["batch*words", H]);
    const starts = gather(flat, builder.input("start_words", ["batch", "entities"], "int32"));
    const ends = gather(flat, builder.input("end_words", ["batch", "entities"], "int32"));
    return reshape(concat([starts, ends, mentions!], 2), ["batch*entities", 3 * H]);
  },
  inputs: (batch) =>
    new Map([
      ["start_words", flattened(batch, batch.entityStartPositions)],
      ["end_words", flattened(batch, batch.entityEndPositions)],
    ]),
  exported: (given) =>
    new Map([
      ["start_words", flattenedInGraph(given.get("entity_start_positions"), "words")],
      ["end_words", flattenedInGraph(given.get("entity_end_positions"), "words")],
    ]),
  outputs: (logits) => new Map([["logits", reshape(logits, ["batch", "entities", logits.shape[1]!])]]),
  rowsOf: (encodings, { entities }) =>
    encodings.map(({ entityIds }, text) => ({ start: text * entities, count: entityIds.length })),
});

/** Turns positions within each text into indexes of the flattened [batch*words]. */
function flattened({ batch, words, entities }: Batch, positions: Int32Array | undefined): TensorValue {
  if (!positions) throw new Error("internal: the span head needs encodings that hold the ends of their mentions");
  const indexes = positions.map((position, slot) => Math.floor(slot / entities) * words + position);
  return int32(indexes, [batch, entities]);
}
