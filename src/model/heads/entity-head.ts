import { gather, reshape } from "../../autodiff/index.ts";
import { int32 } from "../../runtime/values.ts";
import { denseHead, type Head } from "./head.ts";

/** A head that classifies the state of the first mention of each text, as `LukeForEntityClassification` does. */
export const entityHead: Head = denseHead({
  name: "entity",
  reads: "mentions",
  rows: "batch",
  statesPerRow: 1,
  bias: true,
  features: (builder, { mentions }, H) =>
    gather(reshape(mentions!, ["batch*entities", H]), builder.input("first_entities", ["batch"], "int32")),
  inputs: ({ batch, entities }) =>
    new Map([
      [
        "first_entities",
        int32(
          Int32Array.from({ length: batch }, (_, text) => text * entities),
          [batch],
        ),
      ],
    ]),
  rowsOf: (encodings) => encodings.map((_, text) => ({ start: text, count: 1 })),
});
