import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { isList, isObject, listOf, someRecord } from "../source/probe.ts";
import { biocWriter } from "./write.ts";

const isDocument = (value: unknown): boolean =>
  isObject(value) && listOf(value["passages"], (passage) => typeof passage["offset"] === "number");
const hasDocuments = (list: unknown): boolean => isList(list) && list.some(isDocument);

/** BioC JSON (Comeau et al. 2013), the format of BioRED, BC5CDR and the exports of PubTator. */
export const bioc: AnnotationFormat = {
  name: "bioc",
  description:
    'bioc: BioC JSON {"documents": [{"passages": [{"offset", "text", "annotations": [{"locations"}]}], "relations": [{"nodes"}]}]}',
  detects: (probe) =>
    someRecord(
      probe,
      (record) => isDocument(record) || hasDocuments(record["documents"]) || hasDocuments(record["PubTator3"]),
    ),
  uses: ["offsetUnit", "discontinuous"],
  read: lateReader(async () => (await import("./read.ts")).readBioc),
  writer: biocWriter,
};
