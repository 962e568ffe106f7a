import type { Document } from "../../corpus/document.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "../format.ts";
import { heldByTags, taggedRecords } from "../semeval2010/write-tagged.ts";
import { noRelation, tidy } from "./read.ts";

async function* write(documents: AsyncIterable<Document>, { notices }: WriteContext): AsyncGenerator<OutputPiece> {
  let id = 0;
  for await (const { sentence, label } of taggedRecords(documents, " ", notices, tidy)) {
    yield { text: `${id}\t"${sentence}"\n${label ?? noRelation}\n\n\n` };
    id++;
  }
}

export const kbp37Writer: FormatWriter = { layout: "file", extension: ".txt", holds: heldByTags, write };
