import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { labelStudioWriter } from "./write.ts";
import { isList, isObject, listOf, someRecordIn, type JsonObject } from "../source/probe.ts";

const isRegion = ({ from_name, to_name }: JsonObject): boolean => from_name !== undefined && to_name !== undefined;

const isAnnotation = ({ result }: JsonObject): boolean =>
  isList(result) && result.length > 0 && listOf(result.flat(4), isRegion);

/**
 * Whether a record is a task, or an annotation with its task in it. The task's data may come after long annotations.
 */
const isTask = (record: JsonObject): boolean => {
  const lists = [record["annotations"], record["completions"], record["predictions"]].filter(isList);
  if (isObject(record["data"]) && lists.length > 0) return true;
  return isAnnotation(record) || lists.some((list) => list.length > 0 && listOf(list, isAnnotation));
};

/** The JSON of Label Studio (HumanSignal); its other exports (JSON_MIN, CSV, CoNLL) have no relations. */
export const labelStudio: AnnotationFormat = {
  name: "label-studio",
  description: 'label-studio: the export "JSON" of Label Studio, a list of tasks {"data": {…}, "annotations": […]}',
  keys: ["data", "annotations"],
  detects: (probe) => someRecordIn("tasks", probe, isTask),
  uses: ["offsetUnit", "fields"],
  read: lateReader(async () => (await import("./read.ts")).readLabelStudio),
  writer: labelStudioWriter,
};
