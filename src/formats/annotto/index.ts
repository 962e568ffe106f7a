import type { AnnotationFormat } from "../format.ts";
import { readAnnotto } from "./read.ts";
import { annottoWriter } from "./write.ts";

// The keys that may open a line; `uuid` stands first in exports of today, "item" in older ones, and programs that sort
// keys begin with "annotation".
const firstKey =
  /^\uFEFF?\s*\{\s*"(?:uuid|item|itemMetadata|tags|markers|comments|metadata|annotation|annotationMetadata|historicAnnotations)"\s*:/m;

/** The annotations export of Annotto (La Javaness); its items and predictions files are others, without annotations. */
export const annotto: AnnotationFormat = {
  name: "annotto",
  description: 'annotto: annotations.jsonlines of an Annotto export, on each line {"item": {…}, "annotation": {…}}',
  detects: (head) => firstKey.test(head) && /"item"\s*:/.test(head),
  read: readAnnotto,
  writer: annottoWriter,
};
