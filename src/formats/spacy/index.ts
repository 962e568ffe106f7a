import type { AnnotationFormat } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { numberedId } from "../pair-records.ts";
import { parseDocument } from "./read.ts";
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
  read: (file, context) =>
    jsonDocuments(file, context, { names: ["id"] }, (record, notices) =>
      parseDocument(record, numberedId(file.name, record.number), context, notices),
    ),
  writer: spacyWriter,
};
