import { xmlRoot } from "../source/xml-root.ts";
import { asRelata, noRelations, type Stranger } from "./stranger.ts";

const hasRoot = (head: string, ...names: string[]): boolean => names.includes(xmlRoot(head) ?? "");

export const ace: Stranger = {
  name: "the annotations of an ACE corpus (APF), whose text is in the .sgm file beside them",
  advice: asRelata,
  is: ({ head }) => /<!DOCTYPE source_file SYSTEM "apf/.test(head) || hasRoot(head, "source_file"),
};

export const gateXml: Stranger = {
  name: "a document of GATE in XML",
  advice: asRelata,
  is: ({ head }) => hasRoot(head, "GateDocument"),
};

export const tei: Stranger = {
  name: "TEI XML",
  advice: noRelations("Most TEI texts"),
  is: ({ head }) => hasRoot(head, "TEI", "teiCorpus", "TEI.2"),
};

export const html: Stranger = {
  name: "a web page in HTML",
  advice: "Was it saved in place of the file that it offers for download? Name the annotations themselves.",
  is: ({ head }) => xmlRoot(head)?.toLowerCase() === "html",
};
