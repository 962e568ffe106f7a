import type { AnnotationFormat } from "../format.ts";
import { readTacred } from "./read.ts";
import { tacredWriter } from "./write.ts";

/**
 * TACRED (Zhang et al. 2017), also TACREV and Re-TACRED: one example for each sentence, subject and object, its text in
 * tokens. `no_relation` is no relation.
 */
export const tacred: AnnotationFormat = {
  name: "tacred",
  description:
    'tacred: TACRED JSON, a list of {"id", "token": […], "subj_start", "subj_end", "obj_start", …, "relation"}',
  detects: (head) => /"subj_start"\s*:/.test(head) && /"obj_start"\s*:/.test(head) && /"token"\s*:\s*\[/.test(head),
  read: readTacred,
  writer: tacredWriter,
};
