import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { oldEntityKeys } from "./example.ts";
import { doccanoWriter } from "./write.ts";
import { isList, isObject, someRecord, type JsonObject } from "../source/probe.ts";

const isEntity = (value: unknown): boolean =>
  (isObject(value) && "start_offset" in value) ||
  (isList(value) && typeof value[0] === "number" && typeof value[1] === "number" && isName(value[2]));

const isName = (value: unknown): boolean => typeof value === "string" || typeof value === "number";

const someOf = (value: unknown, is: (element: unknown) => boolean): boolean => isList(value) && value.some(is);

const entityLists = ["entities", "label", ...oldEntityKeys];

function isExample(record: JsonObject): boolean {
  const { text, data, relations, Comments } = record;
  if (typeof text !== "string" && typeof data !== "string") return false;
  return (
    entityLists.some((key) => someOf(record[key], (entity) => isEntity(entity) && !isTripleOfOurs(key, entity))) ||
    someOf(relations, (relation) => isObject(relation) && isName(relation["from_id"])) ||
    isList(Comments)
  );
}

/** Whether the entity is a triple under `entities`, which Relata's own format has too. */
const isTripleOfOurs = (key: string, entity: unknown): boolean => key === "entities" && isList(entity);

/** The export of a sequence labelling project of doccano, with or without relations. */
export const doccano: AnnotationFormat = {
  name: "doccano",
  description:
    'doccano: JSON Lines {"text": …, "entities": [{"id", "label", "start_offset", "end_offset"}], "relations": [{"from_id", "to_id", "type"}]}',
  keys: ["text", "entities", "relations"],
  detects: (probe) => someRecord(probe, isExample),
  uses: ["offsetUnit"],
  read: lateReader(async () => (await import("./read.ts")).readDoccano),
  writer: doccanoWriter,
};
