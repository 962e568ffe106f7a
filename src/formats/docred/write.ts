import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { allBut } from "../features.ts";
import type { FormatWriter } from "../format.ts";
import { jsonArray } from "../json-array.ts";
import { sentencesAround } from "../sentences.ts";
import { writtenTokens } from "../tokens.ts";

function toRecord(document: Document, notices: NoticeLog): unknown {
  const { id, text, entities, relations } = document;
  const tokenized = writtenTokens(document, notices);
  const tokens = tokenized.tokens.map(({ start, end }) => text.slice(start, end));
  const sentences = sentencesAround(text, tokenized);
  return {
    title: id,
    sents: sentences.map(({ start, end }) => tokens.slice(start, end)),
    vertexSet: entities.map(({ type }, i) => {
      const { start, end } = tokenized.spans[i]!;
      const sentence = sentences.findIndex((sentence) => start < sentence.end);
      const offset = sentences[sentence]!.start;
      const name = tokens.slice(start, end).join(" ");
      return [{ name, sent_id: sentence, pos: [start - offset, end - offset], type }];
    }),
    labels: relations.map(({ head, tail, label }) => ({ h: head, t: tail, r: label, evidence: [] })),
  };
}

export const docredWriter: FormatWriter = {
  layout: "file",
  extension: ".json",
  holds: allBut("rough-spans", "probabilities", "metadata", "exact-text"),
  write: (documents, { notices }) => jsonArray(documents, (document) => toRecord(document, notices)),
};
