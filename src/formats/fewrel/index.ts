import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { fewrelWriter } from "./write.ts";
import { isList, listOf, someRecord, type JsonObject } from "../source/probe.ts";

const isExample = ({ tokens, h }: JsonObject): boolean => isList(tokens) && isList(h);

/**
 * FewRel (Han et al. 2018): one JSON object with a list of examples for each relation; an example is a text in tokens
 * with head and tail.
 */
export const fewrel: AnnotationFormat = {
  name: "fewrel",
  description: 'fewrel: FewRel JSON {"P931": [{"tokens": […], "h": [name, id, [[positions]]], "t": […]}, …], …}',
  detects: (probe) =>
    someRecord(probe, (record) =>
      Object.values(record).some((list) => isList(list) && list.length > 0 && listOf(list, isExample)),
    ),
  uses: [],
  read: lateReader(async () => (await import("./read.ts")).readFewRel),
  writer: fewrelWriter,
};
