import type { AnnotationFormat } from "../format.ts";
import { numberedId } from "../pair-records.ts";
import { parseDocument } from "./read.ts";
import { doccanoWriter } from "./write.ts";
import { isList, isObject, someRecord, type JsonObject } from "../source/probe.ts";

const isExample = ({ text, entities, relations, label, Comments }: JsonObject): boolean =>
  typeof text === "string" &&
  ((isList(entities) && entities.some((entity) => isObject(entity) && "start_offset" in entity)) ||
    (isList(label) && label.some(isTriple)) ||
    (isList(relations) &&
      relations.some((relation) => isObject(relation) && typeof relation["from_id"] === "number")) ||
    isList(Comments));

const isTriple = (value: unknown): boolean =>
  isList(value) && typeof value[0] === "number" && typeof value[1] === "number" && typeof value[2] === "string";

/** The export of a sequence labelling project of doccano, with or without relations. */
export const doccano: AnnotationFormat = {
  name: "doccano",
  description:
    'doccano: JSON Lines {"text": …, "entities": [{"id", "label", "start_offset", "end_offset"}], "relations": [{"from_id", "to_id", "type"}]}',
  detects: (probe) => someRecord(probe, isExample),
  async *read(file, context) {
    let number = 0;
    for await (const line of file.values()) {
      const id = numberedId(file.name, ++number);
      const document = context.record(line.at, (notices) => parseDocument(line, id, context, notices));
      if (document) yield document;
    }
  },
  writer: doccanoWriter,
};
