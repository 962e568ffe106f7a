import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { xmlRoot } from "../source/xml-root.ts";
import { ddiWriter } from "./write.ts";

/**
 * The XML of the DDI corpus (Herrero-Zazo et al. 2013), and of the protein interaction corpora whose format it follows.
 */
export const ddi: AnnotationFormat = {
  name: "ddi",
  description: 'ddi: the DDI corpus, <document><sentence text="…"><entity charOffset="0-5" …/><pair ddi="true" …/>',
  detects: ({ head }) => /^(?:document|corpus)$/.test(xmlRoot(head) ?? "") && /<sentence\s[^<>]*\btext\s*=/.test(head),
  uses: ["offsetUnit", "discontinuous"],
  read: lateReader(async () => (await import("./read.ts")).readDdi),
  writer: ddiWriter,
};
