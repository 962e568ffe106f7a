import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { multiheadWriter } from "./write.ts";

/** The text format of the multi-head selection model (Bekoulis et al. 2018), used for CoNLL04: one token per line. */
export const multihead: AnnotationFormat = {
  name: "multihead",
  description:
    "multihead: CoNLL04 text of Bekoulis et al., `#doc id`, then index, token, BIO tag, ['Label', …], [heads, …]",
  detects: ({ head }) =>
    /^\uFEFF?\s*#doc[ \t].*\r?\n\s*\d+\t[^\t\n]*\t(?:O|[BI]-[^\t\n]*)\t\[.*\]\t\[[\d, ]*\]\s*$/m.test(head),
  uses: [],
  read: lateReader(async () => (await import("./read.ts")).readMultihead),
  writer: multiheadWriter,
};
