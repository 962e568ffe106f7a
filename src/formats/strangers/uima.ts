import { xmlRoot } from "../source/xml-root.ts";
import type { Stranger } from "./stranger.ts";

const exportAsJson = 'In INCEpTION, export the documents as "UIMA CAS JSON 0.4.0" (docs/formats/inception.md).';

export const uimaXmi: Stranger = {
  name: "UIMA CAS XMI, as INCEpTION and other tools of UIMA write it",
  advice: exportAsJson,
  is: ({ head }) => xmlRoot(head) === "XMI",
};

export const uimaTypeSystem: Stranger = {
  name: "the type system of a UIMA project, which holds no annotations",
  advice: exportAsJson,
  is: ({ head }) => xmlRoot(head) === "typeSystemDescription",
};

export const webannoTsv: Stranger = {
  name: "WebAnno TSV",
  advice: exportAsJson,
  is: ({ head }) => /^\uFEFF?#FORMAT=WebAnno TSV/.test(head),
};

export const inceptionProject: Stranger = {
  name: "the settings of an INCEpTION project, which hold no annotations",
  advice: exportAsJson,
  is: ({ records, path }) => /(?:^|\/)exportedproject\d*\.json$/.test(path) && records.length > 0,
};
