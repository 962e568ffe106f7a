import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { someRecord } from "../source/probe.ts";
import { scibertWriter } from "./write.ts";

/**
 * The relation files of SciBERT (Beltagy et al. 2019), SciERC and ChemProt: one sentence per line, with its pair in
 * brackets.
 */
export const scibert: AnnotationFormat = {
  name: "scibert",
  description: 'scibert: SciBERT JSON Lines {"text": "… [[ head ]] … << tail >> …", "label": …} (SciERC, ChemProt)',
  detects: (probe) =>
    /\[\[ /.test(probe.head) &&
    /<< /.test(probe.head) &&
    someRecord(
      probe,
      ({ text, label, relation, entities }) =>
        typeof text === "string" && typeof label === "string" && relation === undefined && entities === undefined,
    ),
  uses: [],
  read: lateReader(async () => (await import("./read.ts")).readScibert),
  writer: scibertWriter,
};
