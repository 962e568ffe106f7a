import type { Document } from "../../corpus/document.ts";
import { allBut } from "../features.ts";
import type { FormatWriter, WriteContext } from "../format.ts";
import { oneLine } from "../one-line.ts";
import { encodeTags } from "../tags.ts";
import { tokenizeAround } from "../tokens.ts";
import { formatRelations, type TokenRelation } from "./relations.ts";

function toSentence({ id, text, entities, relations, source }: Document, { notices }: WriteContext): string {
  const { tokens, spans } = tokenizeAround(text, entities);
  const tagged = entities.map(({ type }, i) => ({ ...spans[i]!, type: oneLine(type, notices, source) }));
  const tags = encodeTags(tokens.length, tagged, "BIO");
  const tokensOf = (entity: number): TokenRelation["head"] => [spans[entity]!.start + 1, spans[entity]!.end];
  const written = relations.map(({ head, tail, label }) => ({
    head: tokensOf(head),
    tail: tokensOf(tail),
    label: oneLine(label, notices, source),
  }));
  const hasLineBreak = /[\r\n]/.test(text);
  if (hasLineBreak) {
    const message = "texts with line breaks, rewritten as tokens with one blank between them";
    notices.lose("lost-exact-text", message, source, { other: 1 });
  }
  const comments = [
    `# sentence_id = ${oneLine(id, notices, source)}`,
    ...(hasLineBreak ? [] : [`# text = ${text}`]),
    `# relations = ${formatRelations(written)}`,
  ];
  const rows = tokens.map(({ start, end }, i) => `${i + 1}\t${text.slice(start, end)}\t${tags[i]!}`);
  return `${[...comments, ...rows].join("\n")}\n\n`;
}

/** Writes Flair's CoNLL-U Plus. */
export const conllWriter: FormatWriter = {
  layout: "file",
  extension: ".conllup",
  holds: allBut("overlapping-entities", "equal-spans", "rough-spans", "probabilities", "metadata"),
  async *write(documents, context) {
    yield { text: "# global.columns = id form ner\n" };
    for await (const document of documents) yield { text: toSentence(document, context) };
  },
};
