import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { xmlRoot } from "../source/xml-root.ts";
import { timeMlWriter } from "./write.ts";

/**
 * TimeML (Pustejovsky et al. 2003), the format of TimeBank and TempEval-3: events and times in a text, and links
 * between them.
 */
export const timeml: AnnotationFormat = {
  name: "timeml",
  description: "timeml: TimeML, one document per file, <TimeML>…<EVENT eid=…>…<TLINK relType=… /></TimeML>",
  detects: ({ head }) => xmlRoot(head)?.toLowerCase() === "timeml",
  uses: ["fields"],
  read: lateReader(async () => (await import("./read.ts")).readTimeMl),
  writer: timeMlWriter,
};
