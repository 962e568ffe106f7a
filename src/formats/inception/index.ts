import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { inceptionWriter } from "./write.ts";
import { someRecord } from "../source/probe.ts";

/** Documents of INCEpTION, or of other tools of UIMA, as CAS JSON 0.4: one file per document. */
export const inception: AnnotationFormat = {
  name: "inception",
  description: 'inception: UIMA CAS JSON 0.4, one document per file, {"%TYPES": {…}, "%FEATURE_STRUCTURES": […]}',
  keys: ["%TYPES", "%FEATURE_STRUCTURES"],
  detects: (probe) => someRecord(probe, (record) => "%TYPES" in record || "%FEATURE_STRUCTURES" in record),
  uses: ["offsetUnit", "fields"],
  read: lateReader(async () => (await import("./read.ts")).readInception),
  writer: inceptionWriter,
};
