import { amountsOf } from "../../corpus/amounts.ts";
import type { Document } from "../../corpus/document.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "../format.ts";
import { pairRecords, relatedPairs } from "../pair-records.ts";
import { restoreToken, reportReadOtherwise } from "../tokens.ts";
import { hasBracket, writeBrackets } from "./brackets.ts";

/** Writes a line for each pair with a relation; the format has no label for "no relation". */
async function* write(documents: AsyncIterable<Document>, { notices }: WriteContext): AsyncGenerator<OutputPiece> {
  for await (const document of documents) {
    const { text, entities, source } = document;
    if (hasBracket(text)) {
      const message = "documents whose text itself has [[, ]], << or >>, left out";
      notices.lose("tag-in-text", message, source, amountsOf(document));
      continue;
    }
    let isToldOtherwise = false;
    for (const { id, head, tail, relation } of pairRecords(document, relatedPairs, notices)) {
      const marked = writeBrackets(text, [entities[head]!, entities[tail]!]);
      if (!isToldOtherwise && marked.split(/\s+/).some((word) => restoreToken(word) !== word)) {
        reportReadOtherwise(document, notices);
        isToldOtherwise = true;
      }
      yield { text: `${JSON.stringify({ id, text: marked, label: relation!.label, metadata: [] })}\n` };
    }
  }
}

export const scibertWriter: FormatWriter = {
  layout: "file",
  extension: ".jsonl",
  holds: new Set([
    "ids",
    "exact-text",
    "overlapping-entities",
    "equal-spans",
    "rough-spans",
    "both-directions",
    "explicit-negatives",
  ]),
  write,
};
