import type { AnnotationFormat } from "../format.ts";
import { readInception } from "./read.ts";
import { inceptionWriter } from "./write.ts";

/** Documents of INCEpTION, or of other tools of UIMA, as CAS JSON 0.4: one file per document. */
export const inception: AnnotationFormat = {
  name: "inception",
  description: 'inception: UIMA CAS JSON 0.4, one document per file, {"%TYPES": {…}, "%FEATURE_STRUCTURES": […]}',
  detects: (head) => /^\uFEFF?\s*\{/.test(head) && /"%(?:TYPES|FEATURE_STRUCTURES)"\s*:/.test(head),
  read: readInception,
  writer: inceptionWriter,
};
