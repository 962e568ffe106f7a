import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { prodigyWriter } from "./write.ts";
import { isList, listOf, someRecord, type JsonObject } from "../source/probe.ts";

const isTask = (record: JsonObject): boolean => {
  if (typeof record["text"] !== "string") return false;
  if ("_input_hash" in record || "_task_hash" in record) return true;
  const has = (list: unknown, is: (element: JsonObject) => boolean): boolean =>
    isList(list) && list.length > 0 && listOf(list, is);
  return (
    has(record["tokens"], ({ ws }) => typeof ws === "boolean") ||
    has(record["spans"], (span) => "token_end" in span) ||
    has(record["relations"], (relation) => "head_span" in relation)
  );
};

/** Tasks of Prodigy's `rel.manual`, one per line. */
export const prodigy: AnnotationFormat = {
  name: "prodigy",
  description:
    'prodigy: JSON Lines of rel.manual, {"text": …, "tokens": […], "spans": [{"token_end", …}], "relations": [{"head", "child", "label"}]}',
  keys: ["text", "tokens", "spans", "relations"],
  detects: (probe) => someRecord(probe, isTask),
  uses: ["offsetUnit"],
  read: lateReader(async () => (await import("./read.ts")).readProdigy),
  writer: prodigyWriter,
};
