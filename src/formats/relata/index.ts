import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { relataWriter } from "./write.ts";
import { isList, isObject, someRecord } from "../source/probe.ts";

// Entities of other tools with similar JSON have other keys: start_offset, boundaries, tokens.
const isEntity = (value: unknown): boolean =>
  isList(value) ? typeof value[0] === "number" : isObject(value) && "start" in value;

/** Relata's own JSON Lines, which `relata predict` writes too. */
export const relata: AnnotationFormat = {
  name: "relata",
  description:
    'relata: JSON Lines {"id": …, "text": …, "entities": [{"start", "end", "type"}], "relations": [{"head", "tail", "label"}]}',
  keys: ["text", "entities"],
  detects: (probe) =>
    someRecord(
      probe,
      ({ text, entities }) =>
        typeof text === "string" && isList(entities) && (entities.length === 0 || entities.some(isEntity)),
    ),
  uses: ["offsetUnit"],
  read: lateReader(async () => (await import("./read.ts")).readRelata),
  writer: relataWriter,
};
