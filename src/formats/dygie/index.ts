import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { dygieWriter } from "./write.ts";
import { isList, someRecord } from "../source/probe.ts";

/** The JSON Lines of DyGIE++ (Wadden et al. 2019), the format of SciERC: a document as sentences of tokens. */
export const dygie: AnnotationFormat = {
  name: "dygie",
  description:
    'dygie: SciERC and DyGIE++, on each line {"doc_key": "…", "sentences": [[…]], "ner": […], "relations": […]}',
  keys: ["doc_key", "sentences", "ner", "relations"],
  detects: (probe) =>
    someRecord(
      probe,
      ({ sentences, doc_key, ner, predicted_ner }) =>
        isList(sentences) &&
        (sentences.length === 0 || isList(sentences[0])) &&
        [doc_key, ner, predicted_ner].some((value) => value !== undefined),
    ),
  uses: [],
  read: lateReader(async () => (await import("./read.ts")).readDygie),
  writer: dygieWriter,
};
