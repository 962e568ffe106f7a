import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { bratFile } from "../source/member.ts";
import { bratWriter } from "./write.ts";

const annotationLine = /^\uFEFF?(?:[TREAMN#]\S*|\*)\t/m;

/**
 * Standoff annotations of brat: one `.ann` file per document, or `.a1` and `.a2`, with the text in a `.txt` file beside
 * it.
 */
export const brat: AnnotationFormat = {
  name: "brat",
  description: "brat: a folder with pairs of X.txt and X.ann, on each line of X.ann T1<TAB>TYPE start end<TAB>text",
  detects: ({ head, path }) => bratFile.test(path) && (head.trim() === "" || annotationLine.test(head)),
  uses: ["offsetUnit", "discontinuous"],
  read: lateReader(async () => (await import("./read.ts")).readBrat),
  writer: bratWriter,
};
