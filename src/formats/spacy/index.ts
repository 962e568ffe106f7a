import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { spacyWriter } from "./write.ts";
import { isList, someRecord } from "../source/probe.ts";

/**
 * The JSON of spaCy's `Doc.to_json`, with relations between entities: `doc._.rel`, whose keys JSON cannot hold, is
 * written as a list.
 */
export const spacy: AnnotationFormat = {
  name: "spacy",
  description:
    'spacy: Doc.to_json() of each text in an array or on a line, {"text": …, "ents": […], "tokens": […], "rels": [{"head", "tail", "label"}]}',
  keys: ["text", "ents", "rels"],
  detects: (probe) => someRecord(probe, ({ text, ents }) => typeof text === "string" && isList(ents)),
  uses: ["offsetUnit"],
  read: lateReader(async () => (await import("./read.ts")).readSpacy),
  writer: spacyWriter,
};
