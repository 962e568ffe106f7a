import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { xmlRoot } from "../source/xml-root.ts";
import { xmiWriter } from "./write.ts";

/** Documents of INCEpTION, WebAnno, or of other tools of UIMA, as XMI: one file per document. */
export const xmi: AnnotationFormat = {
  name: "xmi",
  description: 'xmi: UIMA CAS XMI, one document per file, <xmi:XMI xmlns:xmi="http://www.omg.org/XMI" …>',
  detects: ({ head }) => xmlRoot(head) === "XMI",
  uses: ["offsetUnit", "fields"],
  read: lateReader(async () => (await import("./read.ts")).readXmi),
  writer: xmiWriter,
};
