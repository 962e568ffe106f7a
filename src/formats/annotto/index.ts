import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { annottoWriter } from "./write.ts";
import { someRecord, type JsonObject } from "../source/probe.ts";

const lineKeys: ReadonlySet<string> = new Set([
  "uuid",
  "item",
  "itemMetadata",
  "tags",
  "markers",
  "comments",
  "metadata",
  "annotation",
  "annotationMetadata",
  "historicAnnotations",
]);

/**
 * Whether a record is an annotated item. Also true for a line whose item is damaged, so that the error names the line.
 */
const isAnnotatedItem = (record: JsonObject): boolean =>
  "item" in record && ("annotation" in record || Object.keys(record).every((key) => lineKeys.has(key)));

/**
 * The annotations export of Annotto (La Javaness); its items and predictions files have other shapes and no
 * annotations.
 */
export const annotto: AnnotationFormat = {
  name: "annotto",
  description: 'annotto: annotations.jsonlines of an Annotto export, on each line {"item": {…}, "annotation": {…}}',
  keys: ["item", "annotation"],
  detects: (probe) => someRecord(probe, isAnnotatedItem),
  uses: [],
  read: lateReader(async () => (await import("./read.ts")).readAnnotto),
  writer: annottoWriter,
};
