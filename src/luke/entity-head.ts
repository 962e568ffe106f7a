import { gather, reshape } from "../autodiff/index.ts";
import type { Head } from "./head.ts";

/** Entity classification (LukeForEntityClassification): the state of the first entity of each text. */
export const entityHead: Head = {
  name: "entity",
  architecture: "LukeForEntityClassification",
  reads: "entities",
  rows: "batch",
  statesPerRow: 1,
  bias: true,
  features: (builder, { entities }, H) =>
    gather(reshape(entities, ["batch*entities", H]), builder.input("first_entities", ["batch"], "int32")),
  rowsOf: (encodings) => encodings.map((_, text) => ({ start: text, count: 1 })),
};
