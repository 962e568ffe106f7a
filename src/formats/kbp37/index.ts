import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { taggedFormat } from "../semeval2010/tagged-records.ts";
import { kbp37Writer } from "./write.ts";

/**
 * KBP37 (Zhang and Wang 2015) and its translation RELX (Köksal and Özgür 2020): like SemEval-2010 Task 8, but with
 * spaces inside the tags. `no_relation` means no relation.
 */
export const kbp37: AnnotationFormat = {
  name: "kbp37",
  description: 'kbp37: KBP37 or RELX, a line 0<TAB>"… <e1> … </e1> … <e2> … </e2> …" with its label on the next',
  detects: ({ head }) => taggedFormat(head) === "kbp37",
  uses: [],
  read: lateReader(async () => (await import("./read.ts")).readKbp37),
  writer: kbp37Writer,
};
