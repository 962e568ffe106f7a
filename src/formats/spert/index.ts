import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { spertWriter } from "./write.ts";
import { isList, someRecord } from "../source/probe.ts";

/**
 * The JSON of SpERT (Eberts and Ulges 2020), used for CoNLL04, SciERC and ADE: one sentence in tokens with its entities
 * and relations. Also the variant of CoNLL04 that names its arguments `subj` and `obj`.
 */
export const spert: AnnotationFormat = {
  name: "spert",
  description: 'spert: SpERT JSON (CoNLL04, SciERC), a list of {"tokens": […], "entities": […], "relations": […]}',
  keys: ["tokens", "entities", "relations"],
  detects: (probe) =>
    someRecord(
      probe,
      ({ tokens, entities, relations }) =>
        isList(tokens) && tokens.every((token) => typeof token === "string") && isList(entities) && isList(relations),
    ),
  uses: [],
  read: lateReader(async () => (await import("./read.ts")).readSpert),
  writer: spertWriter,
};
