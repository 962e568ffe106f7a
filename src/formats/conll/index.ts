import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { looksLikeColumns } from "./columns.ts";
import { conllWriter } from "./write.ts";

/**
 * Column files: a token on a line, its tag in the last column (CoNLL-2002 and 2003, Label Studio's CoNLL, Hugging Face's
 * and spaCy's BIO and BILOU), which hold entities alone; and Flair's CoNLL-U Plus, in which comments hold relations.
 */
export const conll: AnnotationFormat = {
  name: "conll",
  description:
    "conll: columns of tokens and BIO, BILOU or IOBES tags, a blank line after each sentence; Flair's .conllup with `# relations = …`",
  detects: ({ head, layout }) => layout === undefined && looksLikeColumns(head),
  uses: ["fields"],
  read: lateReader(async () => (await import("./read.ts")).readConll),
  writer: conllWriter,
};
