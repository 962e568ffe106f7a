import type { AnnotationFormat } from "../format.ts";
import { readDygie } from "./read.ts";
import { dygieWriter } from "./write.ts";

/** The JSON Lines of DyGIE++ (Wadden et al. 2019), in which SciERC is to be had: a document in sentences of tokens. */
export const dygie: AnnotationFormat = {
  name: "dygie",
  description:
    'dygie: SciERC and DyGIE++, on each line {"doc_key": "…", "sentences": [[…]], "ner": […], "relations": […]}',
  detects: (head) => /"sentences"\s*:\s*\[\s*[[\]]/.test(head) && /"(doc_key|ner|predicted_ner)"\s*:/.test(head),
  read: readDygie,
  writer: dygieWriter,
};
