import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { tacredWriter } from "./write.ts";
import { isList, someRecord } from "../source/probe.ts";

/**
 * TACRED (Zhang et al. 2017), also TACREV and Re-TACRED: one example for each sentence, subject and object, with its
 * text in tokens. `no_relation` means no relation.
 */
export const tacred: AnnotationFormat = {
  name: "tacred",
  description:
    'tacred: TACRED JSON, a list of {"id", "token": […], "subj_start", "subj_end", "obj_start", …, "relation"}',
  keys: ["token", "subj_start", "subj_end", "obj_start", "obj_end", "relation"],
  detects: (probe) =>
    someRecord(probe, (record) => "subj_start" in record && "obj_start" in record && isList(record["token"])),
  uses: ["tokenEnds"],
  read: lateReader(async () => (await import("./read.ts")).readTacred),
  writer: tacredWriter,
};
