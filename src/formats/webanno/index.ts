import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { webannoWriter } from "./write.ts";

/** Documents of INCEpTION or WebAnno as WebAnno TSV 3: one file per document. */
export const webanno: AnnotationFormat = {
  name: "webanno",
  description: "webanno: WebAnno TSV 3, one document per file, which begins #FORMAT=WebAnno TSV 3.3",
  detects: ({ head }) => /^\uFEFF?#FORMAT=WebAnno TSV 3\.\d/.test(head),
  uses: ["offsetUnit", "fields"],
  read: lateReader(async () => (await import("./read.ts")).readWebanno),
  writer: webannoWriter,
};
