import type { Document } from "../../corpus/document.ts";
import { readCas } from "../inception/read.ts";
import type { ReadContext } from "../format.ts";
import type { SourceFile } from "../source/source-file.ts";
import { parseWebanno } from "./parse.ts";

/** Reads the document of a file. */
export const readWebanno = (file: SourceFile, context: ReadContext): AsyncGenerator<Document> =>
  readCas(file, context, {
    name: "webanno",
    ending: /\.tsv$/i,
    hasNamedEnds: false,
    hasUtf16Spans: true,
    parse: (text, _, at, notices) => parseWebanno(text, context.settings, notices, at),
  });
