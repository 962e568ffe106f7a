import type { AnnotationFormat } from "../format.ts";
import { parseDocument } from "./read.ts";
import { relataWriter } from "./write.ts";

// The entities of other tools that keep a text beside them have other keys: start_offset, boundaries, tokens.
const entities = /"entities"\s*:\s*\[\s*(?:\]|\[\s*-?\d+\s*,|\{[^{}]*"start"\s*:)/;

// JSON Lines: the whole object, which is never pretty-printed, begins on the line of its brace.
const firstLine = /^\uFEFF?\s*\{[^\n]*\}\s*$|^\uFEFF?\s*\{[^\n]{200}/m;

/** JSON Lines of our own, which `relata predict` writes too. */
export const relata: AnnotationFormat = {
  name: "relata",
  description:
    'relata: JSON Lines {"id": …, "text": …, "entities": [{"start", "end", "type"}], "relations": [{"head", "tail", "label"}]}',
  detects: (head) => firstLine.test(head) && /"text"\s*:\s*"/.test(head) && entities.test(head),
  async *read(file, context) {
    for await (const line of file.lines()) {
      const document = context.record(line.at, (notices) => parseDocument(line, file.name, context, notices));
      if (document) yield document;
    }
  },
  writer: relataWriter,
};
