import type { Document } from "../../corpus/document.ts";
import { surface } from "../../corpus/document.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "../format.ts";
import { offsetsFromUtf16 } from "../offsets.ts";
import { directedPairs, pairRecords } from "../pair-records.ts";
import { noRelation } from "./read.ts";

const noneLabels: ReadonlySet<string> = new Set([noRelation]);

/** Writes the form with `text`, which keeps the exact text. */
async function* write(documents: AsyncIterable<Document>, { notices }: WriteContext): AsyncGenerator<OutputPiece> {
  for await (const document of documents) {
    const { text, entities } = document;
    const toCodePoints = offsetsFromUtf16(text, "code-point");
    const written = entities.map((entity) => ({
      name: surface(document, entity),
      pos: [toCodePoints(entity.start), toCodePoints(entity.end)],
    }));
    for (const { id, head, tail, relation } of pairRecords(document, directedPairs, notices, noneLabels)) {
      const example = { id, text, h: written[head], t: written[tail], relation: relation?.label ?? noRelation };
      yield { text: `${JSON.stringify(example)}\n` };
    }
  }
}

export const opennreWriter: FormatWriter = {
  layout: "file",
  extension: ".jsonl",
  holds: new Set([
    "ids",
    "exact-text",
    "overlapping-entities",
    "equal-spans",
    "rough-spans",
    "unrelated-entities",
    "both-directions",
  ]),
  write,
};
