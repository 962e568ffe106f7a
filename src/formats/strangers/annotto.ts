import { isObject, someRecord } from "../source/probe.ts";
import type { Stranger } from "./stranger.ts";

const nameTheAnnotations =
  "Name the file annotations.jsonlines of the same export, or the folder or zip it is in (docs/formats/annotto.md).";

export const annottoItems: Stranger = {
  name: "the items of an Annotto project, which are texts without annotations",
  advice: nameTheAnnotations,
  is: (probe) => someRecord(probe, (record) => isObject(record["data"]) && "datatype" in record),
};

export const annottoPredictions: Stranger = {
  name: "the predictions file of an Annotto project, which has no texts",
  advice: nameTheAnnotations,
  is: (probe) =>
    someRecord(probe, (record) => "uuid" in record && isObject(record["annotations"]) && !("data" in record)),
};
