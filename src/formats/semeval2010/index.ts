import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { taggedFormat } from "./tagged-records.ts";
import { semeval2010Writer } from "./write.ts";

/**
 * SemEval-2010 Task 8 (Hendrickx et al. 2010). The entities are [e1, e2] without types; `Rel(e2,e1)` is `Rel` from e2
 * to e1, so that nine relations are learnt in two directions; `Other` means no relation.
 */
export const semeval2010: AnnotationFormat = {
  name: "semeval2010",
  description:
    'semeval2010: SemEval-2010 Task 8, a line 1<TAB>"… <e1>…</e1> … <e2>…</e2> …" with its label on the next',
  detects: ({ head }) => taggedFormat(head) === "semeval2010",
  uses: [],
  read: lateReader(async () => (await import("./read.ts")).readSemeval2010),
  writer: semeval2010Writer,
};
