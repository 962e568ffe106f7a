import type { Document } from "../../corpus/document.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "../format.ts";
import { otherLabel } from "./read.ts";
import { heldByTags, taggedRecords } from "./write-tagged.ts";

async function* write(documents: AsyncIterable<Document>, { notices }: WriteContext): AsyncGenerator<OutputPiece> {
  let id = 1;
  for await (const { sentence, label } of taggedRecords(documents, "", notices)) {
    yield { text: `${id}\t"${sentence}"\n${label ?? otherLabel}\nComment:\n\n` };
    id++;
  }
}

export const semeval2010Writer: FormatWriter = { layout: "file", extension: ".txt", holds: heldByTags, write };
