import { isObject, someRecord } from "../source/probe.ts";
import { asRelata, type Stranger } from "./stranger.ts";

const beginning = (head: string): string => head.slice(0, 16 * 1024);

export const biocXml: Stranger = {
  name: "BioC XML",
  advice: asRelata,
  is: ({ head }) =>
    /<!DOCTYPE collection SYSTEM "BioC/i.test(head) || /<collection>[\s\S]*<passage>/.test(beginning(head)),
};

export const pubtator: Stranger = {
  name: "PubTator, lines of PMID|t|title and PMID|a|abstract with their annotations under them",
  advice: asRelata,
  is: ({ head }) => /^\uFEFF?\d+\|[ta]\|/m.test(head),
};

export const chemprot: Stranger = {
  name: "a table of the ChemProt or DrugProt corpus, which keeps texts, entities and relations in three files",
  advice: asRelata,
  is: ({ head }) => /^\uFEFF?\d+\t(?:T\d+\t[\w-]+\t\d+\t\d+\t|CPR:\d+\t|[\w-]+\tArg1:T\d+\tArg2:T\d+)/.test(head),
};

export const i2b2: Stranger = {
  name: "an annotation file of i2b2 2010, which counts lines and words of a text kept beside it",
  advice: asRelata,
  is: ({ head }) => /^\uFEFF?c="[^\n]*" \d+:\d+ \d+:\d+\|\|[tr]="/m.test(head),
};

/** Files of the BioNLP Shared Task whose text, too, ends in .txt. */
export const standoffUnderOtherName: Stranger = {
  name: "brat's standoff annotations in a file that does not end in .ann",
  advice:
    "Put them into X.ann beside the text X.txt, all of one text in one file (docs/formats/brat.md), and name the folder.",
  is: ({ head, layout }) => layout === undefined && /^\uFEFF?T\d+\t\S+ \d+ \d+(?:;\d+ \d+)*\t/m.test(head),
};

/** GATE's JSON, the alternative to its XML. */
export const gateBdoc: Stranger = {
  name: "a document of GATE as bdocjs",
  advice: asRelata,
  is: (probe) => someRecord(probe, ({ annotation_sets }) => isObject(annotation_sets)),
};
