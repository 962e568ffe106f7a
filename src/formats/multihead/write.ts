import type { Document } from "../../corpus/document.ts";
import { allBut } from "../features.ts";
import type { FormatWriter, WriteContext } from "../format.ts";
import { oneLine } from "../one-line.ts";
import { encodeTags } from "../tags.ts";
import { writtenTokens } from "../tokens.ts";
import { formatStrings } from "./python-lists.ts";
import { noRelation } from "./read.ts";

function toBlock(document: Document, { notices }: WriteContext): string {
  const { id, text, entities, relations, source } = document;
  const { tokens, spans } = writtenTokens(document, notices);
  const tagged = entities.map(({ type }, i) => ({ ...spans[i]!, type: oneLine(type, notices, source) }));
  const tags = encodeTags(tokens.length, tagged, "BIO");
  const lastToken = (entity: number): number => spans[entity]!.end - 1;
  const arcs = new Map<number, { label: string; head: number }[]>();
  for (const { head, tail, label } of relations) {
    if (label === noRelation && head === tail) {
      const message = `relations ${noRelation} of an entity with itself, which the format has for none, left out`;
      notices.lose("reserved-label", message, source, { relations: 1 });
      continue;
    }
    const from = arcs.get(lastToken(head)) ?? [];
    from.push({ label: oneLine(label, notices, source), head: lastToken(tail) });
    arcs.set(lastToken(head), from);
  }
  const rows = tokens.map(({ start, end }, i) => {
    const heads = arcs.get(i) ?? [{ label: noRelation, head: i }];
    const labels = formatStrings(heads.map(({ label }) => label));
    return `${i}\t${text.slice(start, end)}\t${tags[i]!}\t${labels}\t[${heads.map(({ head }) => head).join(", ")}]\n`;
  });
  return `#doc ${oneLine(id, notices, source)}\n${rows.join("")}`;
}

export const multiheadWriter: FormatWriter = {
  layout: "file",
  extension: ".txt",
  holds: allBut("overlapping-entities", "equal-spans", "rough-spans", "probabilities", "metadata", "exact-text"),
  async *write(documents, context) {
    for await (const document of documents) yield { text: toBlock(document, context) };
  },
};
