import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { docredWriter } from "./write.ts";
import { isList, someRecord } from "../source/probe.ts";

/** DocRED (Yao et al. 2019) and Re-DocRED: documents whose entities are sets of mentions. */
export const docred: AnnotationFormat = {
  name: "docred",
  description:
    'docred: DocRED and Re-DocRED, a list of {"title": "…", "sents": [[…]], "vertexSet": […], "labels": […]}',
  keys: ["title", "sents", "vertexSet", "labels"],
  detects: (probe) => someRecord(probe, ({ vertexSet }) => isList(vertexSet)),
  uses: [],
  read: lateReader(async () => (await import("./read.ts")).readDocred),
  writer: docredWriter,
};
