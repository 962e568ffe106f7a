import type { Document } from "../../corpus/document.ts";
import { allBut } from "../features.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "../format.ts";
import { XmlTexts } from "../xml/write-xml.ts";

/**
 * For a sentence with more entities only the related pairs are written: 79,800 unrelated ones are enough for any tool.
 */
const mostEntities = 400;

function* sentence(document: Document, { notices }: WriteContext): Generator<string> {
  const { id, text, entities, relations, source } = document;
  const xml = new XmlTexts("1.0", notices, source);
  const write = (text: string): string => xml.write(text);
  const name = write(id);
  yield `    <sentence id="${name}" text="${write(text)}">\n`;
  for (const [i, { start, end, type }] of entities.entries()) {
    const surface = write(text.slice(start, end));
    const kind = type === "" ? "" : ` type="${write(type)}"`;
    yield `        <entity id="${name}.e${i}" charOffset="${start}-${end - 1}"${kind} text="${surface}"/>\n`;
  }
  let pairs = 0;
  const pair = (head: number, tail: number, says: string): string =>
    `        <pair id="${name}.p${pairs++}" e1="${name}.e${head}" e2="${name}.e${tail}" ${says}/>\n`;
  const related = new Set<string>();
  for (const { head, tail, label } of relations) {
    related.add(`${Math.min(head, tail)} ${Math.max(head, tail)}`);
    yield pair(head, tail, `ddi="true" type="${write(label)}"`);
  }
  const isLarge = entities.length > mostEntities;
  if (isLarge) {
    const message = `documents of more than ${mostEntities} entities, whose pairs without a relation are not written`;
    notices.add("ddi-many-pairs", message, source);
  }
  for (let head = 0; head < (isLarge ? 0 : entities.length); head++) {
    const rest: string[] = [];
    for (let tail = head + 1; tail < entities.length; tail++) {
      if (!related.has(`${head} ${tail}`)) rest.push(pair(head, tail, 'ddi="false"'));
    }
    yield rest.join("");
  }
  yield "    </sentence>\n";
}

/** Writes one file with a sentence for each document and an element for each pair of its entities. */
export const ddiWriter: FormatWriter = {
  layout: "file",
  extension: ".xml",
  holds: allBut("explicit-negatives", "probabilities", "metadata"),
  async *write(documents, context): AsyncGenerator<OutputPiece> {
    yield { text: '<?xml version="1.0" encoding="UTF-8"?>\n<document>\n' };
    for await (const document of documents) for (const text of sentence(document, context)) yield { text };
    yield { text: "</document>\n" };
  },
};
