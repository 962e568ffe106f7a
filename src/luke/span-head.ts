import { concat, gather, reshape } from "../autodiff/index.ts";
import type { Head } from "./head.ts";

/**
 * Entity span classification (LukeForEntitySpanClassification): for each entity the states of the first and the last
 * word of its span, and its own. Padding entities have rows too; they read the first word of their text.
 */
export const spanHead: Head = {
  name: "span",
  architecture: "LukeForEntitySpanClassification",
  reads: "all",
  rows: "batch*entities",
  statesPerRow: 3,
  bias: true,
  features: (builder, { words, entities }, H) => {
    const flat = reshape(words!, ["batch*words", H]);
    const starts = gather(flat, builder.input("start_words", ["batch", "entities"], "int32"));
    const ends = gather(flat, builder.input("end_words", ["batch", "entities"], "int32"));
    return reshape(concat([starts, ends, entities], 2), ["batch*entities", 3 * H]);
  },
  rowsOf: (encodings, { entities }) =>
    encodings.map(({ entityIds }, text) => ({ start: text * entities, count: entityIds.length })),
};
