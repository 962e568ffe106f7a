import type { AnnotationFormat } from "../format.ts";
import { readDocred } from "./read.ts";
import { docredWriter } from "./write.ts";

/** DocRED (Yao et al. 2019) and Re-DocRED: documents whose entities are sets of mentions. */
export const docred: AnnotationFormat = {
  name: "docred",
  description:
    'docred: DocRED and Re-DocRED, a list of {"title": "…", "sents": [[…]], "vertexSet": […], "labels": […]}',
  detects: (head) => /"vertexSet"\s*:\s*\[/.test(head),
  read: readDocred,
  writer: docredWriter,
};
