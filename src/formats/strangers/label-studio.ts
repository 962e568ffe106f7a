import { isList, isObject, listOf, someRecord, type JsonObject } from "../source/probe.ts";
import type { Stranger } from "./stranger.ts";

const exportAsJson =
  'It holds no relations. In Label Studio, export the project once more, as "JSON" (docs/formats/label-studio.md).';

const administrative = ["annotator", "annotation_id", "created_at", "updated_at", "lead_time"];

const countAdministrative = (keys: readonly string[]): number =>
  administrative.filter((key) => keys.includes(key)).length;

/** A region as JSON_MIN shortens it; unlike that of "JSON" it does not name its control. */
const isShortRegion = (region: JsonObject): boolean =>
  typeof region["start"] === "number" && isList(region["labels"]) && !("from_name" in region);

/** Chosen columns, or a script, may leave the administrative keys out. */
const hasShortRegions = (record: JsonObject): boolean =>
  Object.values(record).some((value) => isList(value) && value.length > 0 && listOf(value, isShortRegion));

export const labelStudioJsonMin: Stranger = {
  name: "Label Studio's export JSON_MIN",
  advice: exportAsJson,
  is: (probe) =>
    someRecord(probe, (record) => countAdministrative(Object.keys(record)) >= 3 || hasShortRegions(record)),
};

export const labelStudioCsv: Stranger = {
  name: "Label Studio's export CSV or TSV",
  advice: exportAsJson,
  is: ({ head, layout }) =>
    layout === undefined &&
    countAdministrative(
      head
        .split(/\r?\n/, 1)[0]!
        .split(/[,;\t]/)
        .map((name) => name.replaceAll('"', "")),
    ) >= 3,
};

export const labelStudioConll: Stranger = {
  name: "Label Studio's export CoNLL2003",
  advice: exportAsJson,
  is: ({ head }) => /^\uFEFF?-DOCSTART- -X- O/.test(head) && /^\S+ -X- _ (?:O|[BI]-.+)\s*$/m.test(head),
};

const hasAnnotations = (record: JsonObject): boolean =>
  ["annotations", "completions", "predictions"].some((key) => isList(record[key]));

/** Tasks without annotations, also of tools that adopted the format. */
export const labelStudioTasks: Stranger = {
  name: "tasks of Label Studio that are not annotated yet",
  advice:
    'They hold no annotations. Annotate them, and export the project as "JSON" (docs/formats/label-studio.md); relata annotate ' +
    "writes what rules or a model that finds entities propose, to be corrected (docs/labelling.md).",
  is: (probe) =>
    someRecord(probe, (record) => isObject(record["data"]) && !hasAnnotations(record) && !("datatype" in record)),
};
