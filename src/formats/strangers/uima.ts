import { xmlRoot } from "../source/xml-root.ts";
import type { Stranger } from "./stranger.ts";

const exportAnew =
  'In INCEpTION, export the documents as "UIMA CAS JSON 0.4.0", XMI or WebAnno TSV 3.3 (docs/formats/inception.md).';

export const uimaTypeSystem: Stranger = {
  name: "the type system of a UIMA project, which holds no annotations",
  advice: exportAnew,
  is: ({ head }) => xmlRoot(head) === "typeSystemDescription",
};

/** WebAnno TSV of the versions before 3, which is read. */
export const webannoTsv: Stranger = {
  name: "WebAnno TSV 1 or 2",
  advice: exportAnew,
  is: ({ head }) => /^\uFEFF?#FORMAT=WebAnno TSV/.test(head),
};

export const inceptionProject: Stranger = {
  name: "the settings of an INCEpTION project, which hold no annotations",
  advice: exportAnew,
  is: ({ records, path }) => /(?:^|\/)exportedproject\d*\.json$/.test(path) && records.length > 0,
};
